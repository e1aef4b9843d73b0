"""The guard's step, run twice and beside itself: one order at a time, never more than is held, the most urgent first."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select, update
from temporalio.testing import ActivityEnvironment

from contracts.exit import GuardInput, NextExit
from db.models import ExitRequest, Order, PositionExit, Strategy, StrategyEvent
from db.repositories import exit_requests, position_exits
from db.repositories.open_positions import lock_position, open_lots
from db.repositories.trading_states import set_state
from db.session import Database
from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from domain.risk.trading_state import HaltedExits
from tests.desk import Desk, now
from tests.fixed_markets import a_market
from tests.guarding import Guarding

STOP = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.1"))


@pytest.fixture
async def desk(database: Database) -> Desk:
    made = Desk(database)
    await made.open("1000", "500")
    await made.bought(made.strategies[0], "40")
    return made


@pytest.fixture
async def guarding(desk: Desk) -> Guarding:
    return Guarding(desk, await desk.position(desk.strategies[0]))


async def test_with_nothing_asked_the_guard_only_watches(guarding: Guarding) -> None:
    answer = await guarding.look()
    assert answer == NextExit(reason=None)
    assert await guarding.sales() == []


async def test_ten_looks_at_once_plan_one_order_of_whole_cents_of_shares(guarding: Guarding) -> None:
    asked = await guarding.ask("stop_loss", sequence=1, price_floor=Price(Decimal("0.2")))
    answers = await asyncio.gather(*(guarding.look() for _ in range(10)))
    (sale,) = await guarding.sales()
    assert {answer.order_id for answer in answers} == {sale.id}
    held = (await guarding.position()).shares
    assert sale.shares == held.quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    assert (sale.side, sale.status, sale.time_in_force) == ("SELL", "planned", "FAK")
    assert (sale.limit_price, sale.exit_request_id, sale.reason) == (
        Decimal("0.2"),
        asked.id,
        "stop_loss says so",
    )
    working = await guarding.request(asked)
    assert (working.status, working.attempts, working.order_id) == ("working", 1, sale.id)


async def test_what_was_sold_is_recorded_and_told_once_with_its_profit(guarding: Guarding) -> None:
    async with guarding.desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, guarding.position_id)
        assert position is not None
        await position_exits.attach_exits(session, position, (STOP,), "order:1", now())
        (row,) = await position_exits.read_exits(session, position.id)
        row.state, row.sequence = "triggered", 1
    asked = await guarding.ask("stop_loss", sequence=1, shares=Decimal(40))
    order_id = (await guarding.look()).order_id
    assert order_id is not None
    await guarding.carry_out(order_id)
    await asyncio.gather(*(guarding.look() for _ in range(5)))
    done = await guarding.request(asked)
    assert (done.status, done.shares_sold, done.failure) == ("done", Decimal(40), None)
    async with guarding.desk.database.read() as session:
        rule = await session.get_one(PositionExit, (guarding.position_id, "stop_loss"))
        assert rule.state == "off"
        events = await session.scalars(
            select(StrategyEvent).where(
                StrategyEvent.strategy_id == guarding.strategy, StrategyEvent.kind == "trade_exited"
            )
        )
        (event,) = list(events)
    gained = (await guarding.position()).realised_pnl
    assert event.message == (
        f"Strategy 'Test' sold 40 shares of YES in “Will m1 happen?” for +${gained:.2f} profit"
    )
    assert Decimal(event.data["profit"]) == gained
    assert await guarding.faults() == []


async def test_stop_loss_node_and_user_at_once_never_sell_more_than_is_held(guarding: Guarding) -> None:
    held = (await guarding.position()).shares
    rules = ("stop_loss", "node:exit", "user", "take_profit", "flatten")
    asked = await asyncio.gather(
        *(guarding.ask(rule, sequence=1, persistent=rule != "user") for rule in rules)
    )
    sold: list[UUID] = []
    while len(sold) < 8:
        answers = await asyncio.gather(*(guarding.look() for _ in range(4)))
        under_way = {answer.order_id for answer in answers if answer.order_id is not None}
        assert len(under_way) <= 1
        if not under_way:
            break
        (order_id,) = under_way
        # Each try sells a half, so that every one of them has something left to want.
        await asyncio.gather(guarding.carry_out(order_id, "0.5"), guarding.look(), guarding.look())
        sold.append(order_id)
        guarding.ahead += timedelta(minutes=6)
        position = await guarding.position()
        assert position.offered_shares == 0
        assert await guarding.faults() == []
    sales = await guarding.sales()
    assert sum(sale.filled_shares for sale in sales) <= held
    assert sales[0].exit_request_id == asked[-1].id


async def test_the_most_urgent_goes_first_and_the_next_gets_what_is_left(guarding: Guarding) -> None:
    for rule in ("node:exit", "take_profit", "stop_loss"):
        await guarding.ask(rule, sequence=1, shares=Decimal(30), persistent=False)
    sold = []
    for _ in range(3):
        order_id = (await guarding.look()).order_id
        assert order_id is not None
        await guarding.carry_out(order_id)
        order = await guarding.desk.order(order_id)
        assert order.exit_request_id is not None
        async with guarding.desk.database.read() as session:
            sold.append((await session.get_one(ExitRequest, order.exit_request_id)).rule)
    assert sold == ["stop_loss", "take_profit", "node:exit"]
    assert (await guarding.look()).order_id is None


async def test_a_persistent_exit_tries_again_later_and_goes_out_only_when_somebody_bids(
    guarding: Guarding,
) -> None:
    asked = await guarding.ask("stop_loss", sequence=1, price_floor=Price(Decimal("0.39")))
    order_id = (await guarding.look()).order_id
    assert order_id is not None
    await guarding.carry_out(order_id, "0")
    answer = await guarding.look()
    waiting = await guarding.request(asked)
    assert (answer.order_id, waiting.status) == (None, "pending")
    assert answer.retry_at == waiting.next_attempt_at
    guarding.desk.markets.all["m1"] = a_market("m1", price="0.305")
    pauses = []
    for _ in range(4):
        guarding.ahead += timedelta(minutes=6)
        before = datetime.now(UTC) + guarding.ahead
        answer = await guarding.look()
        assert answer.order_id is None
        assert answer.reason == "the best bid 0.3 is below the floor 0.39"
        assert answer.retry_at is not None
        pauses.append(round((answer.retry_at - before).total_seconds()))
    assert pauses == [10, 20, 40, 80]
    assert len(await guarding.sales()) == 1
    guarding.desk.markets.all["m1"] = a_market("m1", price="0.4")
    guarding.ahead += timedelta(minutes=6)
    again = await guarding.look()
    assert again.order_id not in (None, order_id)
    assert (await guarding.request(asked)).attempts == 2


async def test_a_wish_of_a_person_is_tried_once_and_says_why_it_failed(guarding: Guarding) -> None:
    asked = await guarding.ask("user", shares=Decimal(20))
    order_id = (await guarding.look()).order_id
    assert order_id is not None
    await guarding.carry_out(order_id, "0.25")
    assert (await guarding.look()).waiting is False
    failed = await guarding.request(asked)
    assert (failed.status, failed.shares_sold) == ("failed", Decimal(5))
    assert failed.failure == "sold 5 of 20 shares: the book had less than was asked for"


async def test_a_limit_order_that_rests_makes_room_for_a_stop_loss(guarding: Guarding) -> None:
    await guarding.ask("user", order_type="limit", limit_price=Price(Decimal("0.9")), persistent=True)
    resting = (await guarding.look()).order_id
    assert resting is not None
    sale = await guarding.desk.order(resting)
    assert (sale.order_type, sale.time_in_force, sale.limit_price) == ("limit", "GTC", Decimal("0.9"))
    await guarding.desk.reserve(resting)
    await guarding.ask("take_profit", sequence=1)
    assert (await guarding.look()).cancelling == resting
    async with guarding.desk.database.read() as session:
        asked = await session.get_one(Order, resting)
    # Nothing of it is at the venue yet, so it is over at once.
    assert (asked.status, asked.status_rule) == ("cancelled", "more_urgent_exit")
    protecting = (await guarding.look()).order_id
    assert protecting not in (None, resting)


async def test_a_closed_position_ends_its_requests_and_rules(guarding: Guarding) -> None:
    async with guarding.desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, guarding.position_id)
        assert position is not None
        await position_exits.attach_exits(session, position, (STOP,), "order:1", now())
    asked = [await guarding.ask("stop_loss", sequence=1), await guarding.ask("user")]
    async with guarding.desk.database.write() as session:
        position = await lock_position(session, guarding.position_id)
        assert position is not None
        position.shares, position.closed_at = Decimal(0), now()
    answers = await asyncio.gather(*(guarding.look() for _ in range(3)))
    assert all(answer.over for answer in answers)
    for request in asked:
        ended = await guarding.request(request)
        assert (ended.status, ended.failure) == ("withdrawn", exit_requests.CLOSED)
    async with guarding.desk.database.read() as session:
        assert (await session.get_one(PositionExit, (guarding.position_id, "stop_loss"))).state == "off"


async def test_a_position_closed_while_a_sale_is_planned_leaves_no_request_open(guarding: Guarding) -> None:
    asked = await guarding.ask("stop_loss", sequence=1)
    order_id = (await guarding.look()).order_id
    assert order_id is not None
    async with guarding.desk.database.write() as session:
        position = await lock_position(session, guarding.position_id)
        assert position is not None
        position.shares, position.closed_at = Decimal(0), now()
    assert (await guarding.look()).over
    assert (await guarding.request(asked)).status == "withdrawn"
    assert (await guarding.desk.order(order_id)).status == "denied"


async def test_the_guard_ends_with_a_deleted_strategy(guarding: Guarding) -> None:
    gone = GuardInput(position_id=UUID(int=1), strategy_id=guarding.strategy)
    assert (await ActivityEnvironment().run(guarding.guard.next_exit, gone)).over


@pytest.mark.parametrize(("exits", "sells"), [("go_on", True), ("stop", False)])
async def test_a_halt_stops_exits_only_when_it_says_so(
    guarding: Guarding, exits: HaltedExits, sells: bool
) -> None:
    async with guarding.desk.database.write() as session:
        await set_state(session, guarding.desk.user, "halted", "test", now(), exits)
    await guarding.ask("stop_loss", sequence=1)
    answer = await guarding.look()
    assert (answer.order_id is not None, answer.waiting) == (sells, True)


async def test_it_sells_for_a_strategy_that_was_stopped(guarding: Guarding) -> None:
    async with guarding.desk.database.write() as session:
        await session.execute(
            update(Strategy).where(Strategy.id == guarding.strategy).values(desired_state="stopped")
        )
    await guarding.ask("stop_loss", sequence=1)
    assert (await guarding.look()).order_id is not None


async def test_what_is_too_little_to_sell_is_written_off_when_somebody_wants_to_leave(
    own_database: Database,
) -> None:
    """In a database of its own: the shares are changed by hand, and other tests look whether all books add up."""
    made = Desk(own_database)
    await made.open("1000", "500")
    await made.bought(made.strategies[0], "40")
    guarding = Guarding(made, await made.position(made.strategies[0]))
    held = (await guarding.position()).shares
    async with guarding.desk.database.write() as session:
        position = await lock_position(session, guarding.position_id)
        assert position is not None
        lot = (await open_lots(session, position.id))[0]
        cost = (lot.cost_left * Decimal("0.005") / held).quantize(Decimal("0.000001"))
        position.shares = lot.shares_left = Decimal("0.005")
        position.cost_amount = lot.cost_left = cost
    await guarding.ask("flatten")
    assert (await guarding.look()).over
    closed = await guarding.position()
    assert (closed.shares, closed.close_reason) == (Decimal(0), "written_off")
    assert await guarding.sales() == []
