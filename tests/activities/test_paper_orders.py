"""Orders at the paper venue: what the book gives on arrival, and what is refused. The books stay right at every step."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from activities.paper_venue import PaperTerms
from contracts.order import OrderInput
from domain.orders.salt import salt_of
from tests.desk import now
from tests.paper_desk import Venue, sound


async def test_a_limit_order_takes_what_is_at_its_price_or_better_and_the_rest_rests(venue: Venue) -> None:
    venue.show(bids=(("0.39", "10"),), asks=(("0.38", "20"), ("0.40", "30"), ("0.41", "500")))
    request = await venue.limit("0.40", "40")
    step = await venue.placed(request)
    assert (step.status, step.final, step.filled_shares) == ("live", False, "50")
    assert await venue.fills(request) == [("0.38", "20.00", "0.188"), ("0.40", "30.00", "0.288")]
    order = await venue.order(request)
    assert (order.shares, order.salt, order.venue_order_id) == (
        Decimal(100),
        salt_of(order.id),
        str(order.id),
    )
    spent = Decimal("19.6") + order.fee
    assert order.reserved_left == order.reserved_amount - spent
    trade = await venue.trade(request)
    assert (trade.status, trade.shares, trade.cost) == ("partial", Decimal(50), spent)
    await sound(venue)
    assert (await venue.follow(request)).filled_shares == "50", "what it took is still in the real book"


async def test_a_limit_is_cut_to_the_tick_and_shares_and_money_follow_from_it(venue: Venue) -> None:
    request = await venue.limit("0.405", "10")
    await venue.reserve(request)
    order = await venue.order(request)
    assert (order.limit_price, order.shares) == (Decimal("0.40"), Decimal("25.00"))
    # 25 × 0.40, the fee at 0.40, and a hundredth of a cent for rounding.
    assert order.reserved_amount == Decimal("10") + Decimal("0.24") + Decimal("0.0001")


@pytest.mark.parametrize(
    ("price", "amount", "rule"),
    [("0.40", "1.9", "order_min"), ("0.004", "100", "limit_price")],
)
async def test_what_the_exchange_would_refuse_is_denied_before(
    venue: Venue, price: str, amount: str, rule: str
) -> None:
    request = await venue.limit(price, amount)
    assert (await venue.reserve(request)).status == "denied"
    assert (await venue.order(request)).status_rule == rule


async def test_a_post_only_order_that_would_cross_is_rejected_and_never_repriced(venue: Venue) -> None:
    request = await venue.limit("0.45", post_only=True)
    step = await venue.placed(request)
    assert (step.status, step.reason) == ("rejected", "invalid post-only order: order crosses book")
    assert await venue.available() == 500
    calm = await venue.limit("0.44", post_only=True)
    assert (await venue.placed(calm)).status == "live"


async def test_a_tick_that_changed_after_the_reservation_rejects_the_order(venue: Venue) -> None:
    venue.show(bids=(("0.40", "50"),), tick="0.001")
    request = await venue.limit("0.405")
    await venue.reserve(request)
    venue.show(bids=(("0.40", "50"),), tick="0.01")
    step = await venue.post(request)
    assert step.reason == "Price (0.405) breaks minimum tick size rule: 0.01"
    await sound(venue)


async def test_fill_or_kill_leaves_nothing_behind_when_the_book_is_too_thin(venue: Venue) -> None:
    venue.show(asks=(("0.45", "10"),))
    request = await venue.plan(time_in_force="FOK", amount="20")
    step = await venue.placed(request)
    assert (step.status, (await venue.order(request)).status_rule) == ("cancelled", "fok_killed")
    assert (await venue.trade(request)).status == "cancelled"
    enough = await venue.plan(time_in_force="FOK", amount="4.5")
    assert (await venue.placed(enough)).status == "matched"
    assert (await venue.settle(enough)).status == "filled"
    await sound(venue)


async def test_the_book_is_read_after_the_latency_and_a_repeated_post_waits_only_for_the_rest(
    venue: Venue,
) -> None:
    venue.terms = PaperTerms(latency=timedelta(milliseconds=300))
    request = await venue.plan(amount="20")
    await venue.reserve(request)
    began = now()
    assert (await venue.post(request)).status == "matched"
    order = await venue.order(request)
    assert order.posted_at is not None
    assert order.book is not None
    read_at = datetime.fromisoformat(order.book["observed_at"])
    assert read_at - order.posted_at >= timedelta(milliseconds=300)
    assert now() - began < timedelta(seconds=5)


async def test_an_amount_in_per_cent_counts_from_the_capital_at_the_reservation(venue: Venue) -> None:
    venue.show(asks=(("0.45", "1000"),))
    request = await venue.plan(amount="0", amount_ratio=Decimal("0.10005"))
    await venue.reserve(request)
    order, trade = await venue.order(request), await venue.trade(request)
    assert order.amount == trade.amount == Decimal("50.02"), "500 × 0.10005, cut to cents"


async def test_a_market_sale_keeps_to_its_floor_and_writes_off_what_cannot_be_sold(venue: Venue) -> None:
    venue.show(bids=(("0.40", "5000"),), asks=(("0.41", "5000"),))
    entry = await venue.plan(amount="20.55")
    await venue.placed(entry)
    await venue.settle(entry)
    held = await venue.desk.position(venue.strategy)
    assert held.shares == Decimal("50.1219")

    async def sell(floor: str | None) -> OrderInput:
        sale = await venue.plan(
            amount="0",
            side="SELL",
            shares=held.shares,
            position_id=held.id,
            limit_price=Decimal(floor) if floor else None,
        )
        await venue.placed(sale)
        return sale

    floored = await sell("0.405")
    assert (await venue.order(floored)).status == "cancelled"
    assert (await venue.desk.position(venue.strategy)).offered_shares == 0
    sale = await sell(None)
    step = await venue.settle(sale)
    assert (step.status, step.filled_shares) == ("filled", "50.12")
    gone = await venue.desk.position(venue.strategy)
    assert (gone.shares, gone.cost_amount, gone.close_reason) == (Decimal(0), Decimal(0), "written_off")
    trade = await venue.trade(entry)
    assert (trade.status, trade.pnl) == ("settled", gone.realised_pnl)
    assert (await venue.desk.wallet(venue.strategy)).realised_pnl == gone.realised_pnl
    await sound(venue)
