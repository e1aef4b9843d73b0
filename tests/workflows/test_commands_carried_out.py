"""Stops, withdrawals, pauses and halts on the running engine: what docs/commands.md says comes to its end by itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from sqlalchemy import select
from temporalio.api.enums.v1 import EventType

from api.ensure_workflows import ensure_workflows
from api.strategies.command_strategy import Command, pause_strategy, resume_strategy, stop_strategy
from api.trading_state.schemas import SetTradingState
from api.trading_state.set_trading_state import read_trading_state, set_trading_state
from api.wind_down_strategies import wind_down_strategies, wind_down_strategy
from api.withdrawals.begin_withdrawal import Beginning, begin_withdrawal
from contracts.order import OrderInput
from db.models import ExitRequest, Order, Position, Strategy, StrategyWallet, Withdrawal
from db.repositories import trading_states
from db.session import Database, WriteSession
from domain.graph.graph import Graph, Node
from domain.ids import order_workflow_id
from launcher.temporal_server import EmbeddedTemporal
from tests.desk import Desk
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import STREAM, chain, trading, watching


def resting() -> Graph:
    """Wants to buy both markets far below what anybody asks."""
    terms = {"outcome": "Yes", "amount": "20", "order_type": "limit", "limit_price": "0.05"}
    return chain(STREAM, Node(id="buy", type="execute_trade", type_version=2, config=terms))


def command(user: UUID, strategy: UUID) -> Command:
    async def first_time(session: WriteSession) -> bool:
        return True

    return Command(user, strategy, datetime.now(UTC), "sandbox", first_time)


async def holding(engine: Engine) -> tuple[UUID, UUID]:
    """A strategy that bought in two markets, and its user."""
    strategy = await engine.create(trading("20"), allocation="500")
    await engine.start(strategy)
    await orders_are(engine, strategy, "filled")
    return strategy, (await engine.row(strategy)).user_id


async def orders_are(engine: Engine, strategy: UUID, status: str, rule: str | None = None) -> None:
    async def look() -> bool:
        rows: list[Order] = await engine.rows(Order, strategy)
        found = {(row.status, row.status_rule) for row in rows if row.side == "BUY"}
        assert found == {(status, rule)}, found
        return True

    await eventually(look)


async def wallet(engine: Engine, strategy: UUID) -> StrategyWallet:
    async with engine.database.read() as session:
        rows = await session.scalars(select(StrategyWallet).where(StrategyWallet.strategy_id == strategy))
        return rows.one()


async def wound_down(engine: Engine, strategy: UUID) -> Strategy:
    async def look() -> Strategy | None:
        # What the API does every few seconds.
        await wind_down_strategy(engine.database, engine.gateway, strategy, datetime.now(UTC))
        row = await engine.row(strategy)
        return row if row.wound_down_at is not None else None

    found = await eventually(look)
    assert found is not None
    return found


async def test_stop_flatten_sells_everything_and_is_done_when_nothing_is_left(engine: Engine) -> None:
    strategy, user = await holding(engine)
    view = await stop_strategy(engine.database, engine.gateway, command(user, strategy), "flatten")
    assert (view.desired_state, view.stop_choice) == ("stopped", "flatten")
    row = await wound_down(engine, strategy)
    assert row.status == "stopped"
    positions = await engine.rows(Position, strategy)
    assert [position.shares for position in positions] == [0, 0]
    money = await wallet(engine, strategy)
    assert money.reserved_amount == money.deployed_amount == 0
    assert money.available_amount == 500 + money.realised_pnl


async def test_stop_keep_ends_what_rests_and_keeps_the_positions(engine: Engine) -> None:
    strategy, user = await holding(engine)
    await engine.publish(strategy, resting(), number=2)
    await engine.executed(strategy, 1)
    await engine.run_now(strategy)

    async def both_rest() -> bool:
        rows: list[Order] = await engine.rows(Order, strategy)
        return [row.status for row in rows] == ["filled", "filled", "live", "live"]

    await eventually(both_rest)
    await stop_strategy(engine.database, engine.gateway, command(user, strategy), "keep")
    await wound_down(engine, strategy)
    rows = await engine.rows(Order, strategy)
    assert [row.status for row in rows] == ["filled", "filled", "cancelled", "cancelled"]
    assert {row.status_rule for row in rows[2:]} == {"stopped"}
    assert all(position.shares > 0 for position in await engine.rows(Position, strategy))
    assert (await wallet(engine, strategy)).reserved_amount == 0


async def test_a_withdrawal_sells_takes_everything_back_and_ends_by_itself(engine: Engine) -> None:
    strategy, user = await holding(engine)
    beginning = Beginning(user, strategy, uuid4(), 24, datetime.now(UTC))
    await begin_withdrawal(engine.database, engine.gateway, beginning)

    async def over() -> Withdrawal | None:
        await wind_down_strategy(engine.database, engine.gateway, strategy, datetime.now(UTC))
        rows: list[Withdrawal] = await engine.rows(Withdrawal, strategy)
        return rows[0] if rows[0].finished_at is not None else None

    done = await eventually(over)
    assert done is not None
    money = await wallet(engine, strategy)
    assert (done.status, done.reasons) == ("complete", [])
    assert done.returned_amount == 500 + money.realised_pnl
    assert (money.available_amount, money.allocated_amount) == (Decimal(0), -money.realised_pnl)
    assert (await engine.row(strategy)).status == "stopped"


async def test_an_order_of_a_paused_strategy_is_held_and_goes_on_when_it_is_resumed(engine: Engine) -> None:
    strategy = await engine.create(watching(), allocation="500")
    user = (await engine.row(strategy)).user_id
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await pause_strategy(engine.database, engine.gateway, command(user, strategy))
    desk = Desk(engine.database)
    desk.user = user
    order = await desk.plan(strategy, number=7)
    await engine.gateway.start_order(OrderInput(order_id=order, strategy_id=strategy))

    async def waits() -> bool:
        """It was refused to be posted, and is tried again after a pause."""
        history = await engine.client.get_workflow_handle(order_workflow_id(order)).fetch_history()
        return any(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in history.events)

    await eventually(waits)
    held = await desk.order(order)
    assert (held.status, held.posted_at) == ("reserved", None)
    await resume_strategy(engine.database, engine.gateway, command(user, strategy))
    await orders_are(engine, strategy, "filled")


@pytest_asyncio.fixture(loop_scope="session")
async def resting_orders(
    own_database: Database, temporal: EmbeddedTemporal
) -> AsyncIterator[tuple[FixedMarkets, str, UUID, UUID]]:
    """Two orders that rest, and then the whole engine goes away."""
    markets = FixedMarkets(a_market("m1"), a_market("m2", price="0.60"))
    async with running_engine(own_database, temporal.address, markets) as engine:
        strategy = await engine.create(resting(), allocation="500")
        await engine.start(strategy)
        await orders_are(engine, strategy, "live")
        user = (await engine.row(strategy)).user_id
    yield markets, engine.task_queue, strategy, user


async def test_a_halt_whose_api_died_is_carried_to_its_end_after_a_restart_and_stays(
    resting_orders: Any, own_database: Database, temporal: EmbeddedTemporal
) -> None:
    database = own_database
    markets, queue, strategy, user = resting_orders
    async with database.write() as session:
        # All that an API does that dies right after the latch.
        await trading_states.set_state(session, user, "halted", "too wild", datetime.now(UTC))
    view = await read_trading_state(database, user)
    assert (view.open_orders_total, {order.status for order in view.open_orders}) == (2, {"live"})
    async with running_engine(database, temporal.address, markets, task_queue=queue) as engine:
        await wind_down_strategies(database, engine.gateway, datetime.now(UTC))
        await ensure_workflows(database, engine.gateway)
        await orders_are(engine, strategy, "cancelled", "trading_state")
    after = await read_trading_state(database, user)
    assert (after.state, after.reason, after.open_orders) == ("halted", "too wild", [])
    async with database.read() as session:
        money = (
            await session.scalars(select(StrategyWallet).where(StrategyWallet.strategy_id == strategy))
        ).one()
    assert (money.available_amount, money.reserved_amount) == (Decimal(500), Decimal(0))


async def test_a_halt_on_the_engine_ends_what_rests_and_what_is_run_by_hand(engine: Engine) -> None:
    strategy = await engine.create(resting(), allocation="500")
    user = (await engine.row(strategy)).user_id
    await engine.start(strategy)
    await orders_are(engine, strategy, "live")
    await engine.executed(strategy, 1)
    wanted = SetTradingState(state="halted")
    await set_trading_state(engine.database, engine.gateway, user, wanted, datetime.now(UTC))
    await orders_are(engine, strategy, "cancelled", "trading_state")
    await engine.run_now(strategy)
    await engine.executed(strategy, 2)

    async def denied() -> bool:
        rows: list[Order] = await engine.rows(Order, strategy)
        return [row.status for row in rows if row.number == 2] == ["denied", "denied"]

    await eventually(denied)


async def test_a_halt_told_to_stop_exits_holds_what_is_sold_until_it_is_reset(engine: Engine) -> None:
    strategy, user = await holding(engine)
    wanted = SetTradingState(state="halted", exits="stop")
    await set_trading_state(engine.database, engine.gateway, user, wanted, datetime.now(UTC))
    await stop_strategy(engine.database, engine.gateway, command(user, strategy), "flatten")

    async def asked() -> bool:
        rows: list[ExitRequest] = await engine.rows(ExitRequest, strategy)
        return [row.status for row in rows] == ["pending", "pending"]

    await eventually(asked)
    assert all(order.side == "BUY" for order in await engine.rows(Order, strategy))
    active = SetTradingState(state="active")
    await set_trading_state(engine.database, engine.gateway, user, active, datetime.now(UTC))
    await wound_down(engine, strategy)
    assert [position.shares for position in await engine.rows(Position, strategy)] == [0, 0]
