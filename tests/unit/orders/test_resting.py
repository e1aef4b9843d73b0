"""A resting paper order: what the market gives it, and what it does not."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.market.order_book import Level
from domain.money import Price, Shares
from domain.orders.resting import QueueModel, Resting, Served, after_book, after_trade, begin

Levels = Sequence[tuple[str, str]]
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def book(bids: Levels = (), asks: Levels = (), seconds: float = 0) -> LiveBook:
    def side(levels: Levels) -> list[Level]:
        return [Level(price=Price(Decimal(p)), size=Shares(Decimal(s))) for p, s in levels]

    made = LiveBook("t", Decimal("0.01"))
    made.apply_snapshot(side(bids), side(asks), at(seconds), at(seconds))
    return made


def trade(price: str, shares: str, seconds: float, taker: Literal["BUY", "SELL"] = "SELL") -> TradeSeen:
    return TradeSeen(
        token_id="t",
        price=Price(Decimal(price)),
        shares=Shares(Decimal(shares)),
        taker_side=taker,
        traded_at=at(seconds),
        observed_at=at(seconds),
    )


def resting(
    left: str = "100",
    *,
    bids: Levels = (("0.40", "50"),),
    asks: Levels = (("0.45", "100"),),
    model: QueueModel = "queue",
    taken: tuple[tuple[Price, Shares], ...] = (),
) -> Resting:
    """A BUY at 0.40 behind what is there."""
    return begin(
        book(bids, asks),
        side="BUY",
        price=Price(Decimal("0.40")),
        left=Shares(Decimal(left)),
        taken=taken,
        model=model,
        since=at(0),
    )


def numbers(served: Served) -> tuple[Any, ...]:
    """Filled, left, ahead."""
    return served.filled, served.resting.left, served.resting.ahead


def test_trades_at_the_price_serve_the_queue_first_and_then_the_order() -> None:
    first = after_trade(resting(), trade("0.40", "30", 1))
    assert numbers(first) == (0, 100, 20)
    second = after_trade(first.resting, trade("0.40", "45", 2))
    assert numbers(second) == (25, 75, 0)


def test_a_trade_through_the_price_fills_at_once_and_never_more_than_was_traded() -> None:
    assert numbers(after_trade(resting(), trade("0.39", "30.5", 1))) == (Decimal("30.5"), Decimal("69.5"), 0)


def test_trades_above_the_price_before_the_order_or_on_the_other_side_give_nothing() -> None:
    order = resting()
    for nothing in (
        trade("0.41", "500", 1),
        trade("0.39", "500", 0),
        trade("0.40", "500", 1, "BUY"),
        trade("0.39", "500", 1, "BUY"),
    ):
        assert after_trade(order, nothing) == Served(resting=order)


def test_a_trade_told_twice_counts_once() -> None:
    told = trade("0.39", "30", 1)
    once = after_trade(resting(), told)
    assert after_trade(once.resting, told).filled == 0


def test_cancellations_ahead_count_only_when_less_is_there_than_was_ahead() -> None:
    order = resting()
    assert after_book(order, book((("0.40", "500"),), seconds=1)).resting.ahead == 50
    shorter = after_book(order, book((("0.40", "20"),), seconds=2))
    assert numbers(shorter) == (0, 100, 20)


def test_a_book_that_tells_of_a_trade_before_the_trade_does_is_not_counted_twice() -> None:
    seen = after_book(resting(), book((("0.40", "20"),), seconds=2))
    told = after_trade(seen.resting, trade("0.40", "30", 2))
    assert numbers(told) == (0, 100, 20), "the 30 are those that the book missed"
    more = after_trade(told.resting, trade("0.40", "30", 3))
    assert numbers(more) == (10, 90, 0)


def test_a_book_that_crosses_fills_at_the_orders_price_and_each_share_of_it_once() -> None:
    crossed = book(asks=(("0.38", "10"), ("0.40", "5.009"), ("0.41", "500")), seconds=1)
    first = after_book(resting(), crossed)
    assert numbers(first) == (Decimal("15.00"), Decimal("85.00"), 0)
    again = after_book(first.resting, crossed)
    assert again.filled == 0
    fewer = after_book(again.resting, book(asks=(("0.38", "4"),), seconds=2))
    assert fewer.filled == 0, "what is left of that level was given already"
    fresh = after_book(fewer.resting, book(asks=(("0.38", "12"),), seconds=3))
    assert fresh.filled == 8, "8 of the 12 are new"


def test_a_book_older_than_the_last_one_does_not_count() -> None:
    seen = after_book(resting(bids=()), book(asks=(("0.39", "10"),), seconds=5)).resting
    gone = after_book(seen, book(seconds=8)).resting
    late = book(asks=(("0.39", "10"),), seconds=7)
    assert after_book(gone, late) == Served(resting=gone), "those ten were given already"
    assert after_book(resting(), book(asks=(("0.39", "10"),), seconds=-1)).filled == 0


def test_what_was_taken_on_arrival_is_not_given_again() -> None:
    order = resting(asks=(("0.39", "30"),), bids=(), taken=((Price(Decimal("0.39")), Shares(Decimal(30))),))
    assert after_book(order, book(asks=(("0.39", "30"),), seconds=1)).filled == 0
    assert after_book(order, book(asks=(("0.39", "35"),), seconds=1)).filled == 5


def test_trade_through_fills_only_on_trades_beyond_the_price() -> None:
    order = resting(model="trade_through", bids=())
    assert after_trade(order, trade("0.40", "500", 1)).filled == 0
    assert after_book(order, book(asks=(("0.30", "500"),), seconds=1)).filled == 0
    assert after_trade(order, trade("0.39", "40", 1, "BUY")).filled == 40


def test_a_sale_is_the_mirror_image() -> None:
    order = begin(
        book((("0.30", "10"),), (("0.40", "50"),)),
        side="SELL",
        price=Price(Decimal("0.40")),
        left=Shares(Decimal(100)),
        taken=(),
        model="queue",
        since=at(0),
    )
    assert numbers(after_trade(order, trade("0.40", "60", 1, "BUY"))) == (10, 90, 0)
    assert numbers(after_trade(order, trade("0.41", "60", 1, "BUY"))) == (60, 40, 0)
    assert after_book(order, book((("0.42", "7"),), seconds=1)).filled == 7


def test_where_it_stands_survives_being_stored() -> None:
    served = after_book(resting(), book((("0.40", "20"),), (("0.39", "3"),), seconds=2)).resting
    served = after_trade(served, trade("0.40", "40", 3)).resting
    assert Resting.model_validate(served.model_dump(mode="json")) == served


prices = st.integers(35, 45).map(lambda cents: str(Decimal(cents) / 100))
sizes = st.decimals("0.01", "200", places=3).map(str)
levels = st.lists(st.tuples(prices, sizes), max_size=4, unique_by=lambda level: level[0])


@given(
    st.sampled_from(["queue", "trade_through"]),
    st.lists(
        st.one_of(
            st.tuples(st.just("trade"), prices, sizes, st.sampled_from(["BUY", "SELL"])),
            st.tuples(st.just("book"), levels, levels),
        ),
        max_size=25,
    ),
)
def test_no_share_is_made_up_whatever_the_market_does(
    model: QueueModel, events: list[tuple[str, ...]]
) -> None:
    """The order never gets more than the trades that reached it and the crossing shares that newly appeared."""
    order = resting("150", model=model)
    filled = supply = Decimal(0)
    shown: dict[Decimal, Decimal] = {}
    for second, event in enumerate(events, start=1):
        if event[0] == "trade":
            told = trade(event[1], event[2], second, event[3])  # type: ignore[arg-type]
            served = after_trade(order, told)
            if order.holds(told.price):
                supply += told.shares
        else:
            seen = book(sorted(event[1], reverse=True), sorted(event[2]), second)  # type: ignore[arg-type]
            served = after_book(order, seen)
            now = {level.price: level.size for level in seen.asks() if order.holds(level.price)}
            supply += sum(
                (max(size - shown.get(at, Decimal(0)), Decimal(0)) for at, size in now.items()), Decimal(0)
            )
            shown = {Decimal(price): Decimal(size) for price, size in now.items()}
        filled += served.filled
        assert served.filled >= 0
        assert served.resting.left == order.left - served.filled
        assert served.resting.left >= 0
        assert 0 <= served.resting.ahead <= order.ahead
        order = served.resting
    assert filled <= supply
    assert filled + order.left == 150
