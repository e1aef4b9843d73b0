"""Paper orders that rest: what the market gives them, and how they end. The books stay right at every step."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from activities.resting_orders import RestingOrders
from activities.venue_orders import resting_of
from db.models import PositionExit, StrategyEvent
from tests.desk import now
from tests.paper_desk import Venue, book, sold_at, sound


async def test_a_resting_order_is_filled_by_looks_at_the_book_at_its_own_price_and_without_a_fee(
    venue: Venue,
) -> None:
    request = await venue.limit("0.40", "40")
    assert (await venue.placed(request)).status == "live"
    assert (await venue.follow(request)).filled_shares == "0"
    venue.show(asks=(("0.37", "30"),))
    assert (await venue.follow(request)).filled_shares == "30"
    venue.show(asks=(("0.36", "500"),))
    assert (await venue.follow(request)).status == "matched"
    step = await venue.settle(request)
    assert (step.status, step.final) == ("filled", True)
    assert await venue.fills(request) == [("0.40", "30.00", "0.000"), ("0.40", "70.00", "0.000")]
    trade, order = await venue.trade(request), await venue.order(request)
    assert (trade.status, trade.cost, trade.entry_price) == ("filled", Decimal(40), Decimal("0.4"))
    assert (order.settlement, order.reserved_left) == ("settled", Decimal(0))
    assert await venue.available() == 460
    async with venue.desk.database.read() as session:
        told = await session.scalars(
            select(StrategyEvent.kind)
            .where(StrategyEvent.strategy_id == venue.strategy)
            .order_by(StrategyEvent.id)
        )
        assert list(told) == ["order_live", "order_partly_filled", "trade_executed"]
    await sound(venue)


async def test_orders_of_another_source_are_not_looked_for_in_a_feed(venue: Venue) -> None:
    await venue.placed(await venue.limit("0.40", "40"))
    for source, found in (("sandbox", True), ("polymarket", False)):
        watch = RestingOrders(venue.desk.database, now, source)
        await watch.load()
        assert (venue.token in watch.tokens()) is found


async def test_trades_from_a_feed_fill_a_resting_order_once_however_many_watch(venue: Venue) -> None:
    request = await venue.limit("0.40", "40")
    await venue.placed(request)
    watches = [RestingOrders(venue.desk.database, now) for _ in range(2)]
    for watch in watches:
        await watch.load((venue.token,))
        assert watch.tokens() == {venue.token}
    queue, trade = sold_at(venue.token, "0.40", "50"), sold_at(venue.token, "0.40", "30.5")
    for watch in watches:
        assert await watch.on_trade(queue) == ()
    served = [await watch.on_trade(trade) for watch in watches]
    assert served == [(request.order_id,), ()]
    assert (await venue.order(request)).filled_shares == Decimal("30.5")
    assert await watches[1].on_trade(sold_at(venue.token, "0.39", "1000")) == (request.order_id,)
    assert (await venue.order(request)).status == "matched"
    assert watches[1].tokens() == frozenset()
    assert (await venue.settle(request)).status == "filled"
    await sound(venue)


async def test_a_book_from_a_feed_and_a_look_by_request_do_not_count_the_same_shares_twice(
    venue: Venue,
) -> None:
    request = await venue.limit("0.40", "40")
    await venue.placed(request)
    watch = RestingOrders(venue.desk.database, now)
    await watch.load()
    crossed = (("0.39", "25"),)
    assert await watch.on_book(venue.token, book(venue.token, asks=crossed), now()) == (request.order_id,)
    venue.show(asks=crossed)
    assert (await venue.follow(request)).filled_shares == "25"
    await watch.load()
    assert await watch.on_book(venue.token, book(venue.token, asks=crossed), now()) == ()
    await sound(venue)


async def test_a_good_till_date_order_expires_with_what_it_got(venue: Venue) -> None:
    late = timedelta(0)
    venue.clock = lambda: now() + late
    request = await venue.limit("0.40", "40", time_in_force="GTD", expires_after_seconds=120)
    step = await venue.placed(request)
    assert (step.status, 0 < step.look_after_seconds <= 30) == ("live", True)
    venue.show(asks=(("0.39", "10"),))
    await venue.follow(request)
    late = timedelta(seconds=121)
    venue.show(asks=(("0.20", "5000"),))
    watch = RestingOrders(venue.desk.database, venue.clock)
    await watch.load((venue.token,))
    assert await watch.on_book(venue.token, book(venue.token, asks=(("0.20", "5000"),)), venue.clock()) == ()
    venue.markets.unavailable = "the venue answers 503"
    step = await venue.follow(request)
    assert (step.status, step.final, step.filled_shares) == ("expired", True, "10")
    assert (await venue.trade(request)).status == "partial"
    assert await venue.available() == 496
    await sound(venue)


@pytest.mark.parametrize("at", ["planned", "reserved", "live"])
async def test_a_cancelled_order_ends_where_it_stands_and_gives_its_money_back(venue: Venue, at: str) -> None:
    request = await venue.limit("0.40", "40")
    if at != "planned":
        await venue.reserve(request)
    if at == "live":
        await venue.post(request)
    assert await venue.cancel(request)
    if at == "live":
        assert (await venue.order(request)).status == "live"
        venue.show(asks=(("0.20", "5000"),))
        assert (await venue.follow(request)).status == "cancelled"
    order = await venue.order(request)
    assert (order.status, order.status_rule, order.filled_shares) == ("cancelled", "user", Decimal(0))
    assert await venue.available() == 500
    assert not await venue.cancel(request), "what is final stays as it is"
    await sound(venue)


async def test_an_order_cancelled_while_it_is_posted_never_meets_the_paper_book(venue: Venue) -> None:
    request = await venue.limit("0.45", "40")
    await venue.reserve(request)
    asked, go_on = asyncio.Event(), asyncio.Event()
    look = venue.markets.books

    async def slow(*arguments: Any) -> Any:
        asked.set()
        await go_on.wait()
        return await look(*arguments)

    venue.markets.books = slow  # type: ignore[assignment, method-assign]
    posting = asyncio.create_task(venue.post(request))
    await asked.wait()
    assert await venue.cancel(request)
    go_on.set()
    assert (await posting).status == "cancelled"
    assert (await venue.order(request)).filled_shares == 0
    await sound(venue)


async def test_an_order_is_cancelled_although_the_venue_does_not_answer(venue: Venue) -> None:
    request = await venue.limit("0.45", "40")
    await venue.reserve(request)
    venue.markets.unavailable = "the venue answers 503"
    with pytest.raises(ApplicationError):
        await venue.post(request)
    assert (await venue.order(request)).status == "posting"
    assert await venue.cancel(request)
    assert (await venue.post(request)).status == "cancelled"
    await sound(venue)


async def test_the_place_in_the_queue_is_written_down_now_and_then_and_a_restart_goes_on_from_there(
    venue: Venue,
) -> None:
    late = timedelta(0)
    venue.clock = lambda: now() + late
    request = await venue.limit("0.40", "40")
    await venue.placed(request)
    watch = RestingOrders(venue.desk.database, venue.clock)
    await watch.load()
    assert await watch.on_trade(sold_at(venue.token, "0.40", "20")) == ()
    before = resting_of(await venue.order(request))
    assert before is not None
    assert before.ahead == 50, "only in memory"
    late = timedelta(seconds=6)
    assert await watch.on_trade(sold_at(venue.token, "0.40", "10")) == ()
    restarted = RestingOrders(venue.desk.database, venue.clock)
    await restarted.load()
    assert await restarted.on_trade(sold_at(venue.token, "0.40", "25")) == (request.order_id,)
    assert (await venue.order(request)).filled_shares == 5
    await watch.load()
    assert await watch.on_trade(sold_at(venue.token, "0.40", "1")) == (request.order_id,)
    assert (await venue.order(request)).filled_shares == 6


async def test_a_market_that_closes_cancels_what_rests_in_it(venue: Venue) -> None:
    request = await venue.limit()
    await venue.placed(request)
    venue.markets.all[venue.market] = venue.markets.all[venue.market].model_copy(update={"closed": True})
    step = await venue.follow(request)
    assert (step.status, (await venue.order(request)).status_rule) == ("cancelled", "market_closed")


async def test_the_exits_of_an_order_become_rules_of_its_position_with_the_first_fill(venue: Venue) -> None:
    rule = {"rule": "stop_loss", "kind": "stop_loss", "ratio": "0.2"}
    request = await venue.limit("0.40", "40", exits=[rule])
    await venue.placed(request)
    venue.show(asks=(("0.39", "10"),))
    for _ in range(2):
        await venue.follow(request)
    position = await venue.desk.position(venue.strategy)
    async with venue.desk.database.read() as session:
        rules = list(
            await session.scalars(select(PositionExit).where(PositionExit.position_id == position.id))
        )
    assert [(row.rule, row.state, row.origin) for row in rules] == [
        ("stop_loss", "armed", f"order:{request.order_id}")
    ]


async def test_an_entry_goes_on_after_all_it_had_was_sold(venue: Venue) -> None:
    """The trade stays open until its order is over, and what comes then is the next position of the same trade."""
    entry = await venue.limit("0.40", "40")
    await venue.placed(entry)
    venue.show(asks=(("0.39", "10"),), bids=(("0.30", "500"),))
    await venue.follow(entry)
    first = await venue.desk.position(venue.strategy)
    sale = await venue.plan(amount="0", side="SELL", shares=Decimal(10), position_id=first.id)
    await venue.placed(sale)
    await venue.settle(sale)
    assert (await venue.desk.position(venue.strategy)).close_reason == "sold"
    assert (await venue.trade(entry)).status == "partial"
    venue.show(asks=(("0.38", "500"),))
    await venue.follow(entry)
    assert (await venue.settle(entry)).status == "filled"
    second = await venue.desk.position(venue.strategy)
    assert (second.sequence, second.shares) == (2, Decimal(90))
    assert ((await venue.trade(entry)).status, (await venue.trade(entry)).pnl) != ("settled", None)
    await sound(venue)
