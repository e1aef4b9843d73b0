"""A book that is changed level by level is the book that was changed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from domain.market.live_book import LiveBook
from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

Side = Literal["BUY", "SELL"]


def level(price: str, size: str) -> Level:
    return Level(price=Price(Decimal(price)), size=Shares(Decimal(size)))


def book() -> LiveBook:
    live = LiveBook("1", Decimal("0.01"))
    live.apply_snapshot(
        [level("0.40", "10"), level("0.42", "5"), level("0.41", "0")],
        [level("0.47", "3"), level("0.45", "8")],
        NOW,
        NOW,
    )
    return live


def test_a_snapshot_in_any_order_reads_best_first_without_empty_levels() -> None:
    live = book()
    assert [plain.price for plain in live.bids()] == [Decimal("0.42"), Decimal("0.40")]
    assert [plain.price for plain in live.asks()] == [Decimal("0.45"), Decimal("0.47")]
    assert (live.best_bid, live.best_ask) == (Decimal("0.42"), Decimal("0.45"))


def test_a_change_sets_the_total_of_a_level_and_zero_takes_it_away() -> None:
    live = book()
    live.apply_change("BUY", Price(Decimal("0.43")), Shares(Decimal(7)))
    assert live.best_bid == Decimal("0.43")
    live.apply_change("BUY", Price(Decimal("0.43")), Shares(Decimal(0)))
    live.apply_change("BUY", Price(Decimal("0.42")), Shares(Decimal(1)))
    live.apply_change("SELL", Price(Decimal("0.450")), Shares(Decimal(0)))
    live.apply_change("SELL", Price(Decimal("0.99")), Shares(Decimal(0)))
    assert list(live.bids()) == [level("0.42", "1"), level("0.40", "10")]
    assert list(live.asks()) == [level("0.47", "3")]


def test_nothing_is_known_before_the_first_book_and_after_it_was_forgotten() -> None:
    live = LiveBook("1")
    assert not live.known
    assert live.best_bid is None
    live = book()
    assert live.known
    live.forget()
    assert not live.known
    assert (live.best_bid, live.best_ask, live.venue_time) == (None, None, None)


def test_a_live_book_begins_as_the_book_that_was_read() -> None:
    read = OrderBook(
        token_id="7",
        condition_id="0x1",
        bids=(level("0.3", "2"), level("0.2", "9")),
        asks=(level("0.4", "1"),),
        tick_size=Decimal("0.01"),
        min_order_size=Shares(Decimal(5)),
        neg_risk=False,
        venue_time=None,
        observed_at=NOW,
    )
    live = LiveBook.of(read)
    assert (tuple(live.bids()), tuple(live.asks())) == (read.bids, read.asks)
    assert (live.token_id, live.tick_size, live.observed_at) == ("7", Decimal("0.01"), NOW)


def test_a_copy_stays_as_the_book_was() -> None:
    live = book()
    copy = live.copy()
    live.apply_change("BUY", Price(Decimal("0.43")), Shares(Decimal(7)))
    live.seen(None, NOW)
    assert copy.best_bid == Decimal("0.42")
    assert (copy.venue_time, copy.observed_at, copy.tick_size) == (NOW, NOW, Decimal("0.01"))


prices = st.integers(1, 99).map(lambda cents: Price(Decimal(cents) / 100))
sizes = st.integers(0, 5).map(lambda units: Shares(Decimal(units)))
changes = st.lists(st.tuples(st.sampled_from(["BUY", "SELL"]), prices, sizes), max_size=60)


@given(changes)
def test_any_changes_leave_what_a_plain_table_of_levels_says(rows: list[tuple[Side, Price, Shares]]) -> None:
    live = book()
    table: dict[tuple[Side, Price], Shares] = {("BUY", one.price): one.size for one in live.bids()}
    table |= {("SELL", one.price): one.size for one in live.asks()}
    for side, price, size in rows:
        live.apply_change(side, price, size)
        table[(side, price)] = size
    for side, read in (("BUY", list(live.bids())), ("SELL", list(live.asks()))):
        left = sorted(
            ((price, size) for (at, price), size in table.items() if at == side and size > 0),
            reverse=side == "BUY",
        )
        assert [(one.price, one.size) for one in read] == left
        assert (live.best_bid if side == "BUY" else live.best_ask) == (left[0][0] if left else None)
