"""A market feed whose every word the test decides: the live side of tests/fixed_markets.py."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.market.order_book import Level
from domain.money import Price, Shares
from exchange.feed import FeedListener

DEPTH = Shares(Decimal(10_000))


class FixedFeed:
    """Implements exchange.feed.MarketFeed. `say` a price; `silent_for`: how long nothing was heard, not even a pong."""

    def __init__(self) -> None:
        self.watched: frozenset[str] = frozenset()
        self.restarts: list[str] = []
        self.silent_for = timedelta()
        self.trouble: str | None = None
        self.closed = False
        self._listener: FeedListener | None = None
        self._books: dict[str, LiveBook] = {}

    def listen(self, listener: FeedListener) -> None:
        self._listener = listener

    def watch(self, token_ids: Collection[str]) -> None:
        self.watched = frozenset(token_ids)

    def book(self, token_id: str) -> LiveBook | None:
        book = self._books.get(token_id)
        return book if book is not None and book.known and token_id in self.watched else None

    @property
    def silent_since(self) -> datetime | None:
        return datetime.now(UTC) - self.silent_for if self.watched else None

    def start_again(self, token_ids: Collection[str], reason: str) -> None:
        self.restarts.append(reason)
        self.lose(*token_ids)

    async def close(self) -> None:
        self.closed = True

    def say(self, token_id: str, bid: str | None, ask: str | None = None) -> None:
        """The best bid is this from now on; without an ask it is a cent above."""
        now = datetime.now(UTC)
        book = self._books.setdefault(token_id, LiveBook(token_id, Decimal("0.001")))
        bids = [Level(price=Price(Decimal(bid)), size=DEPTH)] if bid is not None else []
        asks = [Level(price=Price(Decimal(ask or bid or "0.5") + Decimal("0.01")), size=DEPTH)]
        book.apply_snapshot(bids, asks, now, now)
        if self._listener is not None and token_id in self.watched:
            self._listener.book_changed(book)

    def trade(self, trade: TradeSeen) -> None:
        if self._listener is not None:
            self._listener.trade_seen(trade)

    def lose(self, *token_ids: str) -> None:
        for token in token_ids:
            if token in self._books:
                self._books[token].forget()
        if self._listener is not None:
            self._listener.sight_lost(token_ids, datetime.now(UTC), "lost by the test")
