"""What rests fills as the separate reading of price-time priority says: on recorded books, and under any stream of books and trades."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.market.order_book import Level
from domain.money import Price, Shares
from domain.orders import resting
from domain.orders.resting import QueueModel, Resting
from tests.proof.fill_rules import Levels
from tests.proof.queue_rules import Queue
from tests.proof.recorded_books import Recorded, recorded

Side = Literal["BUY", "SELL"]
START = datetime(2026, 9, 28, tzinfo=UTC)
TICK = Decimal("0.01")
SNAPSHOTS_WATCHED = 240


def live(bids: Levels, asks: Levels, at: datetime) -> LiveBook:
    book = LiveBook("token", TICK)
    book.apply_snapshot(_levels(bids), _levels(asks), at, at)
    return book


def _levels(levels: Levels) -> list[Level]:
    return [Level(price=Price(_decimal(price)), size=Shares(_decimal(size))) for price, size in levels]


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


@dataclass
class Both:
    """One resting order twice: as the product keeps it and as the separate rules do."""

    product: Resting
    separate: Queue
    filled: Decimal = Decimal(0)

    @classmethod
    def place(
        cls,
        side: Side,
        price: Decimal,
        size: Decimal,
        bids: Levels,
        asks: Levels,
        at: datetime,
        model: QueueModel = "queue",
    ) -> "Both":
        book = live(bids, asks, at)
        made = resting.begin(
            book, side=side, price=Price(price), left=Shares(size), taken=(), model=model, since=at
        )
        mine = bids if side == "BUY" else asks
        ahead = sum((shares for level, shares in mine if level == Fraction(price)), Fraction(0))
        queue = Queue(
            side == "BUY", Fraction(price), Fraction(size), ahead, _ms(at), model == "trade_through"
        )
        return cls(made, queue)

    def book(self, bids: Levels, asks: Levels, at: datetime) -> None:
        self._served(resting.after_book(self.product, live(bids, asks, at)))
        self.separate.book(bids, asks, _ms(at))
        self.agrees()

    def trade(self, price: Decimal, size: Decimal, taker: Side, at: datetime) -> None:
        seen = TradeSeen("token", Price(price), Shares(size), taker, at, at)
        self._served(resting.after_trade(self.product, seen))
        # A trade that is told twice counts once.
        assert resting.after_trade(self.product, seen).filled == 0
        self.separate.trade(Fraction(price), Fraction(size), taker == "BUY", _ms(at))
        self.agrees()

    def _served(self, served: resting.Served) -> None:
        self.product = served.resting
        self.filled += served.filled

    def agrees(self) -> None:
        assert Fraction(self.filled) == self.separate.filled
        assert Fraction(self.product.left) == self.separate.left
        assert Fraction(self.product.ahead) == self.separate.ahead


def _ms(at: datetime) -> int:
    return round((at - START) / timedelta(milliseconds=1))


def by_token(folder: Path, every: int) -> dict[tuple[str, str], list[Recorded]]:
    series: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for snapshot in recorded(folder, every):
        series[snapshot.market, snapshot.side].append(snapshot)
    return series


def rest_on_recorded(folder: Path, every: int, orders_apart: int) -> tuple[int, int]:
    """How many orders rested, and how many of them got something."""
    rested = served = 0
    for series in by_token(folder, every).values():
        for start in range(0, len(series), orders_apart):
            both = _rest(series, start, rested)
            if both is not None:
                rested += 1
                served += both.filled > 0
    return rested, served


def _rest(series: Sequence[Recorded], start: int, number: int) -> Both | None:
    first = series[start]
    side: Side = "BUY" if number % 2 else "SELL"
    mine = first.bids if side == "BUY" else first.asks
    if len(mine) <= number % 4:
        return None
    price, size = (
        _decimal(mine[number % 4][0]),
        (Decimal("5"), Decimal("120.55"), Decimal("4000"))[number % 3],
    )
    at = START + timedelta(milliseconds=first.at_ms % 10**9)
    both = Both.place(side, price, size, first.bids, first.asks, at)
    for snapshot in series[start + 1 : start + SNAPSHOTS_WATCHED]:
        both.book(snapshot.bids, snapshot.asks, START + timedelta(milliseconds=snapshot.at_ms % 10**9))
        if both.product.left == 0:
            break
    return both


def test_orders_that_rest_on_recorded_books_fill_as_the_separate_rules_say(shared_data: Path) -> None:
    rested, served = rest_on_recorded(shared_data / "resolvedkit-btc15m-books", 11, 40)
    assert rested > 30
    assert served > 10


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_orders_that_rest_on_every_recorded_book_fill_as_the_separate_rules_say(shared_data: Path) -> None:
    rested, served = rest_on_recorded(shared_data / "resolvedkit-btc15m-books", 1, 25)
    assert rested > 600
    assert served > 200


prices = st.integers(40, 60).map(lambda cents: Decimal(cents) / 100)
sizes = st.integers(1, 3_000_000).map(lambda units: Decimal(units) / 10_000)
whole_sizes = st.integers(500, 40_000).map(lambda units: Decimal(units) / 100)
sides: st.SearchStrategy[Side] = st.sampled_from(["BUY", "SELL"])


def side_levels(falling: bool) -> st.SearchStrategy[Levels]:
    found = st.dictionaries(prices, sizes, max_size=6)
    return found.map(
        lambda levels: tuple(
            (Fraction(price), Fraction(levels[price])) for price in sorted(levels, reverse=falling)
        )
    )


books = st.tuples(st.just("book"), side_levels(True), side_levels(False), st.integers(-3, 0))
trades = st.tuples(st.just("trade"), prices, sizes, sides, st.integers(-3, 0))
"""The last of both: how many steps of time they are told late."""
streams = st.lists(st.one_of(books, trades), max_size=25)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    side=sides,
    price=prices,
    size=whole_sizes,
    first=st.tuples(side_levels(True), side_levels(False)),
    stream=streams,
    model=st.sampled_from(["queue", "trade_through"]),
)
def test_under_any_stream_of_books_and_trades_resting_orders_fill_as_the_separate_rules_say(
    side: Side,
    price: Decimal,
    size: Decimal,
    first: tuple[Levels, Levels],
    stream: list[tuple[object, ...]],
    model: QueueModel,
) -> None:
    both = Both.place(side, price, size, *first, START + timedelta(seconds=10), model)
    for step, event in enumerate(stream):
        at = START + timedelta(seconds=11 + step)
        match event:
            case ("book", tuple() as bids, tuple() as asks, int() as late):
                both.book(bids, asks, at + timedelta(seconds=late))
            case (
                "trade",
                Decimal() as traded,
                Decimal() as shares,
                ("BUY" | "SELL") as taker,
                int() as late,
            ):
                # Never two of one moment: the venue names no trade, so the same one again would be a repetition.
                told = at + timedelta(seconds=late, milliseconds=step)
                both.trade(traded, shares, taker, told)
    assert 0 <= both.product.left <= size
    assert both.filled == size - both.product.left
