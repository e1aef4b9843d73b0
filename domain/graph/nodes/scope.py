"""What one evaluation knows so far, and how nodes ask for more. Each thing is asked for at most once."""

from collections.abc import Generator, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain.errors import DomainError
from domain.market.activity import HoldersAnswer, TradesAnswer
from domain.market.answers import MarketsAnswer
from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.market.price_history import PriceHistory
from domain.market.query import MarketQuery
from domain.strategy.requests import (
    Answer,
    BooksAnswer,
    BooksRequest,
    HeldPosition,
    HistoriesAnswer,
    HoldersRequest,
    MarketsByIdRequest,
    MarketsRequest,
    PositionsAnswer,
    PositionsRequest,
    PriceHistoriesRequest,
    PublicHoldersAnswer,
    PublicTradesAnswer,
    Request,
    TradesRequest,
    WatchlistAnswer,
    WatchlistRequest,
)


class WrongAnswer(DomainError):
    """The driver answered a request with something else."""


class Scope:
    """Knowledge shared by the nodes of one evaluation; lives as long as it. `now` is aware UTC."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.markets: dict[str, Market] = {}
        self.histories: dict[str, PriceHistory | None] = {}
        self.books: dict[str, OrderBook | None] = {}
        self.trades: dict[str, TradesAnswer | None] = {}
        self.holders: dict[str, HoldersAnswer | None] = {}
        self.intent_count = 0
        self.selling: dict[UUID, Decimal] = {}
        """Shares of a position, by its id, that nodes of this evaluation have decided to sell."""
        self._watchlist: dict[str, datetime] | None = None
        self._watchlist_cap: int | None = None
        self._positions: dict[str, tuple[HeldPosition, ...]] | None = None
        self._lookbacks: dict[str, timedelta] = {}

    def question(self, market_id: str) -> str:
        market = self.markets.get(market_id)
        return market.question if market is not None else f"market {market_id}"

    def find_markets(self, query: MarketQuery) -> Generator[Request, Answer, tuple[Market, ...]]:
        """Markets of the query, each once, at most `query.limit`."""
        answer = yield MarketsRequest(query=query)
        if not isinstance(answer, MarketsAnswer):
            raise WrongAnswer(f"a markets request was answered with {type(answer).__name__}")
        found: dict[str, Market] = {}
        for market in answer.markets:
            found.setdefault(market.id, market)
        kept = tuple(found.values())[: query.limit]
        for market in kept:
            self.markets.setdefault(market.id, market)
        return kept

    def read_markets(self, market_ids: Iterable[str]) -> Generator[Request, Answer, None]:
        """Fills `markets` for those ids that are not known yet; what the venue does not know stays missing."""
        missing = tuple(dict.fromkeys(known for known in market_ids if known not in self.markets))
        if not missing:
            return
        answer = yield MarketsByIdRequest(market_ids=missing)
        if not isinstance(answer, MarketsAnswer):
            raise WrongAnswer(f"a markets-by-id request was answered with {type(answer).__name__}")
        for market in answer.markets:
            self.markets.setdefault(market.id, market)

    def read_watchlist(self) -> Generator[Request, Answer, dict[str, datetime]]:
        """Market id → added at, oldest first, with the changes that earlier nodes made in this evaluation."""
        if self._watchlist is None:
            answer = yield WatchlistRequest()
            if not isinstance(answer, WatchlistAnswer):
                raise WrongAnswer(f"a watchlist request was answered with {type(answer).__name__}")
            self._watchlist = {entry.market_id: entry.added_at for entry in answer.entries}
            self._watchlist_cap = answer.cap
        return self._watchlist

    def known_watchlist(self) -> dict[str, datetime] | None:
        """The watchlist if somebody asked for it already."""
        return self._watchlist

    def watchlist_room(self) -> int | None:
        """How many more entries the list that was read takes; None: as many as come."""
        if self._watchlist_cap is None:
            return None
        return max(0, self._watchlist_cap - len(self._watchlist or {}))

    def put_on_watchlist(self, market_ids: Iterable[str]) -> None:
        """Later nodes see these as added now. A new dict, since sentences still read the one before."""
        self._watchlist = {**(self._watchlist or {}), **dict.fromkeys(market_ids, self.now)}

    def take_off_watchlist(self, market_ids: Iterable[str]) -> None:
        gone = frozenset(market_ids)
        kept = (self._watchlist or {}).items()
        self._watchlist = {market_id: added_at for market_id, added_at in kept if market_id not in gone}

    def read_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Generator[Request, Answer, None]:
        """Fills `histories` over at least `lookback`; None where the answer says nothing."""
        missing = tuple(
            dict.fromkeys(token for token in token_ids if self._lookbacks.get(token, timedelta(0)) < lookback)
        )
        if not missing:
            return
        answer = yield PriceHistoriesRequest(token_ids=missing, lookback=lookback)
        if not isinstance(answer, HistoriesAnswer):
            raise WrongAnswer(f"a price histories request was answered with {type(answer).__name__}")
        for token in missing:
            given = answer.histories.get(token)
            self.histories[token] = given.history if given is not None else None
            self._lookbacks[token] = lookback

    def read_books(self, token_ids: Iterable[str]) -> Generator[Request, Answer, None]:
        """Fills `books`; None where the venue has no book."""
        missing = tuple(dict.fromkeys(token for token in token_ids if token not in self.books))
        if not missing:
            return
        answer = yield BooksRequest(token_ids=missing)
        if not isinstance(answer, BooksAnswer):
            raise WrongAnswer(f"a books request was answered with {type(answer).__name__}")
        for token in missing:
            given = answer.books.get(token)
            self.books[token] = given.book if given is not None else None

    def read_trades(self, condition_ids: Iterable[str]) -> Generator[Request, Answer, None]:
        """Fills `trades` by condition id; None where the answer says nothing."""
        missing = tuple(dict.fromkeys(known for known in condition_ids if known not in self.trades))
        if not missing:
            return
        answer = yield TradesRequest(condition_ids=missing)
        if not isinstance(answer, PublicTradesAnswer):
            raise WrongAnswer(f"a trades request was answered with {type(answer).__name__}")
        self.trades.update((known, answer.trades.get(known)) for known in missing)

    def read_holders(self, condition_ids: Iterable[str]) -> Generator[Request, Answer, None]:
        """Fills `holders` by condition id; None where the answer says nothing."""
        missing = tuple(dict.fromkeys(known for known in condition_ids if known not in self.holders))
        if not missing:
            return
        answer = yield HoldersRequest(condition_ids=missing)
        if not isinstance(answer, PublicHoldersAnswer):
            raise WrongAnswer(f"a holders request was answered with {type(answer).__name__}")
        self.holders.update((known, answer.holders.get(known)) for known in missing)

    def read_positions(self) -> Generator[Request, Answer, dict[str, tuple[HeldPosition, ...]]]:
        """Market id → what the strategy holds there, oldest first."""
        if self._positions is None:
            answer = yield PositionsRequest()
            if not isinstance(answer, PositionsAnswer):
                raise WrongAnswer(f"a positions request was answered with {type(answer).__name__}")
            held: dict[str, tuple[HeldPosition, ...]] = {}
            for position in answer.positions:
                held[position.market_id] = (*held.get(position.market_id, ()), position)
            self._positions = held
        return self._positions
