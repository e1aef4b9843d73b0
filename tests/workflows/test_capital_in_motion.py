"""Capital, losses and halts while strategies run on the real engine."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from api.trading_state.schemas import SetTradingState
from api.trading_state.set_trading_state import set_trading_state
from db.models import (
    Order,
    Position,
    RiskLimit,
    StrategyEvent,
    StrategyExecution,
    StrategyTrade,
    StrategyWallet,
)
from db.repositories.accounts import Owner
from db.repositories.allocations import Transfer, rebalance
from db.repositories.exit_requests import request_exit
from db.repositories.position_exits import lock_for_exit
from domain.money import Price, Usdc
from tests.engine import Engine
from tests.eventually import eventually
from tests.workflows.graphs import trading, watching


async def outcome(engine: Engine, strategy: UUID, number: int) -> set[tuple[str, str | None]]:
    """What became of the orders of one execution, one for each of the two markets, once all are final."""

    async def look() -> list[Order]:
        rows = [row for row in await engine.rows(Order, strategy) if row.number == number]
        return rows if len(rows) == 2 and all(row.final_at is not None for row in rows) else []

    return {(order.status, order.status_rule) for order in await eventually(look, within=40)}


FILLED = ("filled", None)


async def test_running_strategies_go_on_with_what_was_rebalanced_between_them(engine: Engine) -> None:
    taker = await engine.create(trading("100"), allocation="50")
    user = (await engine.row(taker)).user_id
    giver = await engine.create(watching(), allocation="500", owner=user)
    await engine.start(taker)
    await engine.start(giver)
    assert await outcome(engine, taker, 1) == {("denied", "allocation")}
    transfer = Transfer(Owner(user, "paper"), uuid4(), Usdc(Decimal(200)), datetime.now(UTC))
    async with engine.database.write() as session:
        assert await rebalance(session, transfer, giver, taker) is None
    await engine.executed(taker, 1)
    await engine.run_now(taker)
    assert await outcome(engine, taker, 2) == {FILLED}
    await engine.run_now(giver)
    await engine.executed(giver, 2)
    async with engine.database.read() as session:
        amounts = await session.scalars(
            select(StrategyWallet.allocated_amount)
            .where(StrategyWallet.strategy_id.in_((taker, giver)))
            .order_by(StrategyWallet.allocated_amount)
        )
        assert list(amounts) == [250, 300]


async def test_a_strategy_that_lost_its_days_limit_is_paused_says_why_and_still_exits(engine: Engine) -> None:
    strategy = await engine.create(trading("100"), allocation="500")
    user = (await engine.row(strategy)).user_id
    async with engine.database.write() as session:
        await session.execute(
            insert(RiskLimit).values(
                id=uuid4(),
                user_id=user,
                strategy_id=strategy,
                limits={"daily_loss_ratio_max": "0.1"},
                pending=[],
            )
        )
    await engine.start(strategy)
    assert await outcome(engine, strategy, 1) == {FILLED}
    await engine.executed(strategy, 1)
    market = engine.markets.all["m1"]
    fallen = market.outcomes[0].model_copy(update={"price": Price(Decimal("0.10"))})
    engine.markets.all["m1"] = market.model_copy(update={"outcomes": (fallen, market.outcomes[1])})
    await engine.run_now(strategy)
    assert await outcome(engine, strategy, 2) == {("denied", "daily_loss")}

    async def wanted_paused() -> bool:
        return (await engine.row(strategy)).desired_state == "paused"

    await eventually(wanted_paused)
    # What ensure_workflows does within a minute.
    await engine.gateway.pause(strategy)
    row = await engine.has_status(strategy, "paused")
    assert "daily limit of 50 USDC" in (row.status_reason or "")
    kinds = [event.kind for event in await engine.rows(StrategyEvent, strategy)]
    assert kinds.count("daily_loss_limit") == 1
    await exits_go_on(engine, strategy)


async def exits_go_on(engine: Engine, strategy: UUID) -> None:
    """What is held is sold on request, although the strategy is paused and may buy nothing."""
    positions = await engine.rows(Position, strategy)
    for position in positions:
        async with engine.database.write() as session:
            locked = await lock_for_exit(session, position.id)
            assert locked is not None
            await request_exit(
                session, locked, rule="user", persistent=False, reason="test", now=datetime.now(UTC)
            )
        await engine.gateway.wake_guard(position.id, strategy)

    async def sold() -> bool:
        return all(position.shares == 0 for position in await engine.rows(Position, strategy))

    await eventually(sold)
    assert (await engine.row(strategy)).desired_state == "paused"


async def test_halted_nothing_is_bought_until_a_person_resets_it(engine: Engine) -> None:
    strategy = await engine.create(trading("10"), allocation="500")
    user = (await engine.row(strategy)).user_id
    halted, active = SetTradingState(state="halted"), SetTradingState(state="active")
    await set_trading_state(engine.database, engine.gateway, user, halted, datetime.now(UTC))
    await engine.start(strategy)
    await engine.run_now(strategy)
    assert await outcome(engine, strategy, 1) == {("denied", "trading_state")}
    await engine.executed(strategy, 1)
    assert await engine.rows(StrategyTrade, strategy) == []
    await set_trading_state(engine.database, engine.gateway, user, active, datetime.now(UTC))
    await engine.run_now(strategy)
    assert await outcome(engine, strategy, 2) == {FILLED}


async def test_executions_are_held_while_trading_is_halted_and_go_on_without_a_burst(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    user = (await engine.row(strategy)).user_id
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    halted = await set_trading_state(
        engine.database, engine.gateway, user, SetTradingState(state="halted"), datetime.now(UTC)
    )
    assert halted.changed_at is not None
    after = halted.changed_at + timedelta(seconds=3)

    async def looked_in_vain() -> bool:
        """The schedule goes on by slots that nothing happens at."""
        due = (await engine.row(strategy)).next_execution_at
        return due is not None and due > after

    await eventually(looked_in_vain)
    before = await engine.rows(StrategyExecution, strategy)
    assert all(row.started_at < halted.changed_at + timedelta(seconds=1) for row in before)
    active = await set_trading_state(
        engine.database, engine.gateway, user, SetTradingState(state="active"), datetime.now(UTC)
    )
    rows = await engine.executed(strategy, before[-1].number + 1)
    first = rows[len(before)]
    assert active.changed_at is not None
    assert first.started_at >= active.changed_at
    assert (first.number, first.missed_before) == (before[-1].number + 1, 0)
    await engine.stop(strategy)
