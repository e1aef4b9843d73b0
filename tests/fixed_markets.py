"""A venue whose every answer the test decides: the outside world of engine tests that need exact prices or exact faults."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from domain.market.activity import HoldersAnswer, Holding, PublicTrade, TradesAnswer
from domain.market.answers import BookAnswer, ClobAnswer, HistoryAnswer, MarketsAnswer
from domain.market.fees import FeeSchedule
from domain.market.market import Market, Outcome
from domain.market.matching import select
from domain.market.order_book import Level, OrderBook
from domain.market.price_history import PriceHistory, PricePoint
from domain.market.query import MarketQuery
from domain.market.resolution import ClobWord
from domain.money import Price, Shares, Usdc
from exchange.errors import MarketDataUnavailable


def a_market(
    market_id: str = "m1", *, price: str = "0.40", volume: str = "250000", tag: str = "politics"
) -> Market:
    """A binary market with a one-cent spread around `price`."""
    middle = Decimal(price)
    return Market(
        id=market_id,
        condition_id=f"0x{market_id}",
        slug=market_id,
        question=f"Will {market_id} happen?",
        category=tag,
        tags=(tag,),
        event_id=None,
        event_title=None,
        outcomes=(
            Outcome(name="Yes", token_id=f"{market_id}-yes", price=Price(middle)),
            Outcome(name="No", token_id=f"{market_id}-no", price=Price(1 - middle)),
        ),
        active=True,
        closed=False,
        accepting_orders=True,
        enable_order_book=True,
        neg_risk=False,
        end_at=datetime(2030, 1, 1, tzinfo=UTC),
        volume=Usdc(Decimal(volume)),
        volume_24h=Usdc(Decimal(volume) / 10),
        liquidity=Usdc(Decimal("50000")),
        best_bid=Price(middle - Decimal("0.005")),
        best_ask=Price(middle + Decimal("0.005")),
        tick_size=Decimal("0.001"),
        min_order_size=Decimal(5),
        fees=FeeSchedule(rate=Decimal("0.04")),
    )


class FixedMarkets:
    """Implements exchange.ports.MarketData. `momentum`: prices an hour ago were this much lower."""

    def __init__(self, *markets: Market) -> None:
        self.all = {market.id: market for market in markets}
        self.depth = Decimal("10000")
        self.momentum = Decimal("0.10")
        self.unavailable: str | None = None
        self.trades: tuple[PublicTrade, ...] = ()
        self.clob: dict[str, ClobWord] = {}
        self.holdings: dict[str, tuple[Holding, ...]] = {}
        self.asked = 0

    def _look(self) -> datetime:
        self.asked += 1
        if self.unavailable:
            raise MarketDataUnavailable(self.unavailable)
        return datetime.now(UTC)

    async def markets(self, query: MarketQuery) -> MarketsAnswer:
        now = self._look()
        return MarketsAnswer(observed_at=now, markets=tuple(select(tuple(self.all.values()), query, now)))

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        now = self._look()
        return MarketsAnswer(observed_at=now, markets=tuple(self.all[i] for i in market_ids if i in self.all))

    async def clob_words(self, condition_ids: Sequence[str]) -> Mapping[str, ClobAnswer]:
        now = self._look()
        return {known: ClobAnswer(observed_at=now, word=self.clob.get(known)) for known in condition_ids}

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        now = self._look()
        return {token: BookAnswer(observed_at=now, book=self._book(token, now)) for token in token_ids}

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer]:
        now = self._look()
        return {
            token: HistoryAnswer(observed_at=now, history=self._history(token, now)) for token in token_ids
        }

    async def recent_trades(self, condition_ids: Sequence[str]) -> Mapping[str, TradesAnswer]:
        now = self._look()
        return {
            known: TradesAnswer(
                observed_at=now, trades=tuple(trade for trade in self.trades if trade.condition_id == known)
            )
            for known in condition_ids
        }

    async def holders(self, condition_ids: Sequence[str]) -> Mapping[str, HoldersAnswer]:
        now = self._look()
        return {
            known: HoldersAnswer(observed_at=now, holders=self.holdings.get(known, ()))
            for known in condition_ids
        }

    async def close(self) -> None:
        return None

    def _price(self, token_id: str) -> Price | None:
        for market in self.all.values():
            for outcome in market.outcomes:
                if outcome.token_id == token_id:
                    return outcome.price
        return None

    def _book(self, token_id: str, now: datetime) -> OrderBook | None:
        price = self._price(token_id)
        if price is None:
            return None
        tick = Decimal("0.001")
        return OrderBook(
            token_id=token_id,
            condition_id=token_id,
            bids=tuple(Level(price=Price(price - tick * (5 + i)), size=Shares(self.depth)) for i in range(5)),
            asks=tuple(Level(price=Price(price + tick * (5 + i)), size=Shares(self.depth)) for i in range(5)),
            tick_size=tick,
            min_order_size=Shares(Decimal(5)),
            neg_risk=False,
            venue_time=now,
            observed_at=now,
        )

    def _history(self, token_id: str, now: datetime) -> PriceHistory:
        price = self._price(token_id)
        if price is None:
            return PriceHistory(token_id=token_id, points=())
        before = Price((price / (1 + self.momentum)).quantize(Decimal("0.0001")))
        points = tuple(
            PricePoint(at=now - timedelta(minutes=m), price=before if m >= 59 else price)
            for m in range(120, -1, -1)
        )
        return PriceHistory(token_id=token_id, points=points)
