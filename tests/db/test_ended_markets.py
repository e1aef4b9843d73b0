"""What is open in a market when it ends: orders are cancelled, offers waited for, requests withdrawn, and all of it once."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from api.settle_resolutions import Round
from db.models import ExitRequest, Order, Position, PositionExit
from db.repositories.exit_requests import request_exit
from db.repositories.order_settlement import money_of, release_rest
from db.repositories.position_exits import attach_exits, lock_for_exit
from db.repositories.resolution_settlement import Redeemed, holders, redeem
from db.repositories.resolutions import ended_with_something_open
from db.session import WriteSession
from domain.market.answers import MarketsAnswer
from domain.portfolio.exit_rule import ExitRule
from exchange.errors import MarketDataRefused
from tests.desk import Desk, in_order, now
from tests.ended_markets import end, look, new_market, sale_of, told
from tests.fixed_markets import FixedMarkets


async def test_open_orders_of_an_ended_market_are_cancelled_and_their_money_is_free(desk: Desk) -> None:
    await desk.open("2000", "500", "500")
    holder, waiting = desk.strategies
    market = new_market(desk)
    entry = await desk.bought(holder, "40", market)
    sale = await sale_of(desk, holder, market, str(entry.filled_shares))
    assert await desk.reserve(sale) == "reserved"
    reserved = await desk.plan(waiting, "50", market)
    assert await desk.reserve(reserved) == "reserved"
    planned = await desk.plan(waiting, "20", market)
    elsewhere = await desk.plan(waiting, "20", new_market(desk))
    assert await desk.reserve(elsewhere) == "reserved"
    end(desk, market, "1")
    done = await look(desk)
    assert (done.cancelled, done.paid) == (3, 1)
    for order in (sale, reserved, planned):
        row = await desk.order(order)
        assert row.final_at is not None
        assert row.status_rule == "market_resolved"
    assert (await desk.order(elsewhere)).status == "reserved"
    wallet = await desk.wallet(waiting)
    assert wallet.available_amount + wallet.reserved_amount == 500
    position = await desk.position(holder)
    assert {position.shares, position.offered_shares} == {Decimal(0)}


async def test_shares_that_are_still_offered_wait_until_their_order_is_final(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    sale = await sale_of(desk, strategy, market, "20")
    assert await desk.reserve(sale) == "reserved"
    await _set_status(desk, sale, "posting")
    end(desk, market, "1")
    assert (await look(desk)).paid == 0
    assert (await desk.wallet(strategy)).deployed_amount > 0
    await in_order(desk, sale, _finish)
    assert (await look(desk)).paid == 1
    assert (await desk.position(strategy)).shares == 0


async def test_what_is_bought_after_the_end_by_an_order_under_way_is_paid_in_the_next_round(
    desk: Desk,
) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    late = await desk.plan(strategy, "30", market)
    assert await desk.reserve(late) == "reserved"
    await _set_status(desk, late, "posting")
    ending = desk.markets.all[market]
    end(desk, market, "1")
    assert (await look(desk)).paid == 1
    ended, desk.markets.all[market] = desk.markets.all[market], ending
    await desk.fill(late)
    desk.markets.all[market] = ended
    assert (await desk.position(strategy)).sequence == 2
    assert (await look(desk)).paid == 1
    assert (await desk.wallet(strategy)).deployed_amount == 0
    assert [kind for kind, _ in await told(desk, market)] == ["market_resolved", "market_resolved"]


async def test_paying_a_holder_several_times_at_once_pays_once(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    entry = await desk.bought(strategy, "40", market)
    held_back = await sale_of(desk, strategy, market, "1")
    assert await desk.reserve(held_back) == "reserved"
    await _set_status(desk, held_back, "posting")
    end(desk, market, "1")
    assert (await look(desk)).paid == 0
    await in_order(desk, held_back, _finish)
    async with desk.database.read() as session:
        ended = {each.market_id: each for each in await ended_with_something_open(session, "sandbox")}
        (holder,) = await holders(session, ended[market])

    async def pay() -> Redeemed | None:
        async with desk.database.write() as session:
            return await redeem(session, ended[market], holder, now())

    *results, done = await asyncio.gather(*(pay() for _ in range(4)), look(desk))
    paid = [result for result in results if result is not None]
    wallet = await desk.wallet(strategy)
    assert isinstance(done, Round)
    assert len(paid) + done.paid == 1
    assert wallet.realised_pnl == entry.filled_shares - entry.filled_amount - entry.fee
    assert len(await told(desk, market)) == 1
    assert await desk.faults() == []


async def test_two_rounds_at_once_change_everything_once(desk: Desk) -> None:
    await desk.open("3000", "500", "500")
    market = new_market(desk)
    for strategy in desk.strategies:
        await desk.bought(strategy, "40", market)
    end(desk, market, "0")
    rounds = await asyncio.gather(*(look(desk) for _ in range(3)))
    rounds.append(await look(desk))
    assert sum(done.paid for done in rounds) == 2
    assert sum(done.changed for done in rounds) >= 1
    assert len(await told(desk, market)) == 2
    assert (await look(desk)) == (0, 0, 0)


async def test_what_should_have_sold_the_position_is_withdrawn_and_its_rules_are_off(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    held = await desk.position(strategy)
    async with desk.database.write() as session:
        position = await lock_for_exit(session, held.id)
        assert position is not None
        rule = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.2"))
        await attach_exits(session, position, [rule], "user", now())
        await request_exit(
            session, position, rule="user", persistent=True, reason="a person wants out", now=now()
        )
    end(desk, market, "1")
    await look(desk)
    async with desk.database.read() as session:
        rules = await session.scalars(select(PositionExit.state).where(PositionExit.position_id == held.id))
        assert set(rules) == {"off"}
        (request,) = await session.scalars(select(ExitRequest).where(ExitRequest.position_id == held.id))
        assert (request.status, request.failure) == ("withdrawn", "the position is closed")


async def test_a_payment_that_is_not_final_is_settling(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    entry = await desk.bought(strategy, "40", market)
    held_back = await sale_of(desk, strategy, market, "1")
    assert await desk.reserve(held_back) == "reserved"
    await _set_status(desk, held_back, "posting")
    end(desk, market, "1")
    await look(desk)
    await in_order(desk, held_back, _finish)
    async with desk.database.read() as reading:
        ended = {each.market_id: each for each in await ended_with_something_open(reading, "sandbox")}
        (holder,) = await holders(reading, ended[market])
    async with desk.database.write() as session:
        assert await redeem(session, ended[market], holder, now(), final=False) is not None
    wallet = await desk.wallet(strategy)
    assert wallet.settling_amount == entry.filled_shares
    assert await desk.faults() == []


class Picky(FixedMarkets):
    """Refuses every question that names one market."""

    refused = ""

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        if self.refused in market_ids:
            raise MarketDataRefused("no such market, and none of the others either")
        return await super().markets_by_id(market_ids)


async def test_a_market_that_the_venue_refuses_does_not_hold_up_the_others(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    markets = Picky(*desk.markets.all.values())
    desk.markets = markets
    known = [new_market(desk) for _ in range(5)]
    for market in known:
        await desk.bought(strategy, "10", market)
        end(desk, market, "1")
    markets.refused = known[2]
    await look(desk)
    async with desk.database.read() as session:
        closed = await session.scalars(
            select(Position.market_id).where(
                Position.strategy_id == strategy, Position.closed_at.is_not(None)
            )
        )
        assert set(closed) == set(known) - {known[2]}
    markets.refused = ""
    assert (await look(desk)).paid == 1


async def test_while_the_venue_does_not_answer_nothing_changes_and_other_markets_go_on_later(
    desk: Desk,
) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    market = new_market(desk)
    await desk.bought(strategy, "40", market)
    end(desk, market, "1")
    desk.markets.unavailable = "the venue is away"
    assert await look(desk) == (0, 0, 0)
    desk.markets.unavailable = None
    assert (await look(desk)).paid == 1


async def _finish(session: WriteSession, order: Order) -> None:
    await release_rest(session, await money_of(session, order), order, now())
    order.status, order.final_at = "cancelled", now()


async def _set_status(desk: Desk, order: UUID, status: str) -> None:
    async with desk.database.write() as session:
        await session.execute(update(Order).where(Order.id == order).values(status=status))
