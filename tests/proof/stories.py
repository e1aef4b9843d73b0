"""What orders and guards live through, as steps of Temporal's: each is run again until it succeeds."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities.position_guard import PositionGuard
from contracts.exit import GuardInput
from db.models import Order, Position, Strategy, Withdrawal
from db.repositories import orders
from db.repositories.exit_requests import request_exit
from db.repositories.exit_triggers import Triggered, trigger
from db.repositories.fill_settlement import advance_fill
from db.repositories.order_cancellation import request_cancel
from db.repositories.position_exits import lock_for_exit
from db.repositories.withdrawals import begin_withdrawal
from db.session import Database
from domain.portfolio.exit_rule import ExitRule
from exchange.ports import MarketData
from exchange.venue import Venue
from tests.desk import Desk, now
from tests.ended_markets import end
from tests.fixed_markets import a_market
from tests.proof.lost_answers import LostAnswers, trade_of
from tests.proof.trading_floor import order_step, resolution_round, withdrawal_look
from tests.proof.walk import Step, Story

STOP = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.2"))
PART = ExitRule(rule="take_profit", kind="take_profit", ratio=Decimal("0.2"), part_ratio=Decimal("0.5"))
Parts = tuple[Desk, UUID, Database, MarketData]
Moment = Callable[[], datetime]


def later() -> datetime:
    """When a try that sold too little is made again."""
    return now() + timedelta(minutes=1)


async def order_of(desk: Desk, side: str) -> Order | None:
    """The newest on that side."""
    async with desk.database.read() as session:
        rows = await session.scalars(
            select(Order)
            .where(Order.user_id == desk.user, Order.side == side)
            .order_by(Order.created_at.desc(), Order.attempt.desc())
        )
        return rows.first()


async def position_of(desk: Desk) -> Position:
    return await desk.position(desk.strategies[0])


def order_steps(parts: Parts, side: str, *names: str, venue: Venue | None = None) -> list[Step]:
    """Of the newest order on that side."""
    desk, _, database, markets = parts

    def step(name: str) -> Step:
        async def run() -> None:
            order = await order_of(desk, side)
            if order is not None:
                await order_step(name, order, venue)(database, markets)

        return run

    return [step(name) for name in names]


def bought(parts: Parts) -> list[Step]:
    return order_steps(parts, "BUY", "reserve", "post", "track")


def sold(parts: Parts) -> list[Step]:
    return order_steps(parts, "SELL", "reserve", "post", "track")


def guard(parts: Parts, clock: Moment = now) -> Step:
    desk, _, database, markets = parts

    async def run() -> None:
        position = await position_of(desk)
        request = GuardInput(position_id=position.id, strategy_id=position.strategy_id)
        await ActivityEnvironment().run(PositionGuard(database, markets, clock).next_exit, request)

    return run


def triggered(parts: Parts, rule: ExitRule) -> Step:
    """As whoever watches prices writes it."""
    desk, _, database, _ = parts
    at = now()

    async def run() -> None:
        position = await position_of(desk)
        asked = Triggered(position.id, rule, 0, "the price fell", {"best_bid": "0.2"}, at)
        async with database.write() as session:
            await trigger(session, asked)

    return run


def scene(parts: Parts, price: str, depth: str = "10000") -> Step:
    """The market moves; nothing can go wrong with that."""
    desk = parts[0]

    async def run() -> None:
        desk.markets.all["m1"] = a_market("m1", price=price)
        desk.markets.depth = Decimal(depth)

    return run


def cancelled(parts: Parts) -> Step:
    desk, _, database, _ = parts

    async def run() -> None:
        order = await order_of(desk, "BUY")
        assert order is not None
        async with database.write() as session:
            locked = await orders.lock_order(session, order.id)
            assert locked is not None
            await request_cancel(session, locked, "user", "not wanted any more", now())

    return run


async def entry(desk: Desk, **fields: Any) -> UUID:
    await desk.open("1000", "300")
    # The round over ended markets looks at all of one source.
    return await desk.plan(desk.strategies[0], "40", source=f"f{uuid4().hex}", **fields)


def an_entry(**fields: Any) -> Callable[[Desk], Awaitable[UUID]]:
    async def begin(desk: Desk) -> UUID:
        return await entry(desk, **fields)

    return begin


def resting(**fields: Any) -> Callable[[Desk], Awaitable[UUID]]:
    """Below everything that is offered."""
    limit = {"order_type": "limit", "time_in_force": "GTC", "limit_price": Decimal("0.4")}
    return an_entry(**{**limit, **fields})


def held(*rules: ExitRule) -> Callable[[Desk], Awaitable[UUID]]:
    """Shares that were bought without a fault, under these rules."""

    async def begin(desk: Desk) -> UUID:
        order_id = await entry(desk, exits=[rule.model_dump(mode="json") for rule in rules])
        for name in ("reserve", "post", "track"):
            await order_step(name, await desk.order(order_id))(desk.database, desk.markets)
        return order_id

    return begin


def by_a_venue_that_answers_late(parts: Parts, side: str) -> list[Step]:
    """Posted, no answer, looked up; then the chain confirms."""
    desk, _, database, _ = parts

    async def confirmed() -> None:
        order = await order_of(desk, side)
        assert order is not None
        async with database.write() as session:
            locked = await orders.lock_order(session, order.id)
            assert locked is not None
            await advance_fill(session, locked, trade_of(order.id), "confirmed", now())

    steps = order_steps(parts, side, "reserve", "post", "follow", "track", venue=LostAnswers())
    return [*steps, confirmed]


def left_by_a_venue_that_answers_late(parts: Parts) -> list[Step]:
    sale = by_a_venue_that_answers_late(parts, "SELL")
    return [asked_by_the_user(parts), guard(parts), *sale, guard(parts)]


def asked_by_the_user(parts: Parts) -> Step:
    desk, _, database, _ = parts

    async def run() -> None:
        position = await position_of(desk)
        async with database.write() as session:
            locked = await lock_for_exit(session, position.id)
            assert locked is not None
            await request_exit(
                session, locked, rule="user", sequence=1, persistent=True, reason="by hand", now=now()
            )

    return run


def ending(parts: Parts) -> list[Step]:
    desk, order_id, database, markets = parts

    async def over() -> None:
        end(desk, "m1", "1")

    async def round_of_the_api() -> None:
        source = (await desk.order(order_id)).source
        await resolution_round(source)(database, markets)

    # A round leaves what it could not do to the next one.
    return [over, round_of_the_api, round_of_the_api]


def withdrawing(parts: Parts) -> list[Step]:
    desk, _, database, markets = parts
    withdrawal = uuid4()

    async def begins() -> None:
        async with database.write() as session:
            strategy = await session.get_one(Strategy, desk.strategies[0], with_for_update=True)
            if await session.get(Withdrawal, withdrawal) is None:
                strategy.status = strategy.desired_state = "stopped"
                await begin_withdrawal(session, strategy, withdrawal, later(), now())

    async def looks() -> None:
        async with desk.database.read() as session:
            found = await session.get_one(Withdrawal, withdrawal)
        await withdrawal_look(found)(database, markets)

    return [begins, looks, guard(parts), *sold(parts), guard(parts), looks]


def story(begin: Callable[[Desk], Awaitable[UUID]], steps: Callable[[Parts], Sequence[Step]]) -> Story:
    return Story(begin, lambda *parts: steps(parts))


def twice_sold(p: Parts) -> list[Step]:
    """The book has too little for the first try; the rest goes a minute later."""
    first = [scene(p, "0.3", "4"), triggered(p, STOP), guard(p), *sold(p), guard(p)]
    return [*first, scene(p, "0.3"), guard(p, later), *sold(p), guard(p, later)]


ORDERS = {
    "an entry": story(an_entry(), bought),
    "an entry that is filled or killed": story(
        an_entry(time_in_force="FOK"), lambda p: [scene(p, "0.4", "3"), *bought(p)]
    ),
    "an entry that rests and is filled": story(
        resting(), lambda p: [*bought(p), scene(p, "0.39"), *order_steps(p, "BUY", "follow", "track")]
    ),
    "an entry that rests and is cancelled": story(
        resting(), lambda p: [*bought(p), cancelled(p), *order_steps(p, "BUY", "follow", "track")]
    ),
    "an entry that rests and expires": story(
        resting(time_in_force="GTD", expires_after_seconds=0),
        lambda p: [*bought(p), *order_steps(p, "BUY", "follow", "track")],
    ),
}
GUARDS = {
    "an entry and an exit whose answers are lost": story(
        an_entry(), lambda p: by_a_venue_that_answers_late(p, "BUY") + left_by_a_venue_that_answers_late(p)
    ),
    "a stop loss": story(
        held(STOP), lambda p: [scene(p, "0.3"), triggered(p, STOP), guard(p), *sold(p), guard(p)]
    ),
    "half a take profit": story(
        held(PART), lambda p: [scene(p, "0.5"), triggered(p, PART), guard(p), *sold(p), guard(p)]
    ),
    "a stop loss in two tries": story(held(STOP), twice_sold),
    "a market that ends": story(held(STOP), ending),
    "a stop loss beside the end of its market": story(
        held(STOP), lambda p: [triggered(p, STOP), guard(p), *ending(p), *sold(p), guard(p), *ending(p)]
    ),
    "a withdrawal": story(held(STOP), withdrawing),
}
