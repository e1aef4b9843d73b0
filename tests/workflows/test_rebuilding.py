"""Postgres is enough: whatever Temporal forgot or never heard is made true again by ensure_workflows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import insert, update

from api.ensure_workflows import _each, _start, ensure_workflows
from api.strategies.edit_strategy import Edit, edit_strategy
from api.strategies.schemas import EditStrategy, SettingsParts, StrategyView
from db.models import Order, Strategy, StrategyEvent, StrategyExecution
from db.session import Database
from domain.ids import strategy_workflow_id
from domain.strategy.schedule import next_slot
from domain.strategy.schedule_window import Schedule, Window
from launcher.free_port import choose_port
from launcher.temporal_server import EmbeddedTemporal
from tests.api.conftest import dead_gateway
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import trading, watching
from workflows.strategy import StrategyWorkflow


@pytest_asyncio.fixture(loop_scope="session")
async def engine(own_database: Database, temporal: EmbeddedTemporal) -> AsyncIterator[Engine]:
    """With a database of its own: rebuilding looks at all strategies there are."""
    markets = FixedMarkets(a_market("m1"), a_market("m2", price="0.60"))
    async with running_engine(own_database, temporal.address, markets) as running:
        yield running


@asynccontextmanager
async def own_temporal(folder: Path) -> AsyncIterator[str]:
    """Address of a server that knows nothing; ended whatever happens."""
    server = EmbeddedTemporal(folder, headless=True)
    await server.start()
    try:
        yield server.address
    finally:
        await server.stop()


async def test_a_lost_temporal_database_is_rebuilt_and_strategies_go_on(
    own_database: Database, tmp_path: Path
) -> None:
    database = own_database
    markets = FixedMarkets(a_market("m1"))
    async with (
        own_temporal(tmp_path / "first") as address,
        running_engine(database, address, markets) as engine,
    ):
        running, paused = await engine.create(watching(), interval_seconds=1), await engine.create(watching())
        await engine.start(running)
        await engine.start(paused)
        await engine.executed(running, 2)
        await engine.executed(paused, 1)
        await engine.pause(paused)
        await engine.has_status(paused, "paused")
        before = await engine.row(running)

    async with (
        own_temporal(tmp_path / "second") as address,
        running_engine(database, address, markets) as engine,
    ):
        await ensure_workflows(database, engine.gateway)
        rows = await engine.executed(running, before.last_number + 2)
        numbers = [row.number for row in rows]
        assert numbers == list(range(1, len(numbers) + 1))
        state = await engine.state(paused)
        assert (state.status, state.number) == ("paused", 1)
        after = await engine.row(running)
        assert (after.run_seq, after.running_since) == (before.run_seq, before.running_since)
        started = [e for e in await engine.rows(StrategyEvent, running) if e.kind == "strategy_started"]
        assert len(started) == 1
        await engine.stop(running)
        await engine.stop(paused)
        await engine.has_status(running, "stopped")
        await engine.has_status(paused, "stopped")


async def test_a_strategy_whose_row_cannot_be_read_does_not_keep_the_others_waiting(engine: Engine) -> None:
    broken, sound = await engine.create(watching()), await engine.create(watching())
    await engine.want(broken, "running")
    await engine.want(sound, "running")
    async with engine.database.write() as session:
        await session.execute(
            update(Strategy).where(Strategy.id == broken).values(uptime_seconds=Decimal("NaN"))
        )
    assert await ensure_workflows(engine.database, engine.gateway) >= 1
    await engine.executed(sound, 1)
    assert (await engine.row(broken)).status == "draft"
    await engine.want(broken, "stopped")
    await engine.stop(sound)


async def test_a_round_ends_at_once_while_the_database_is_away(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.want(strategy, "running")
    away = Database(f"postgresql://nobody@127.0.0.1:{choose_port()}/none")
    try:
        with pytest.raises(OSError):
            await _each(_start(away, engine.gateway, strategy), strategy)
    finally:
        await away.close()
    await engine.want(strategy, "draft")


async def test_an_order_that_nobody_began_is_begun(engine: Engine) -> None:
    strategy = await engine.create(trading("50"))
    await engine.start(strategy)

    async def final() -> list[Order]:
        orders = await engine.rows(Order, strategy)
        return orders if len(orders) == 2 and all(order.final_at for order in orders) else []

    await eventually(final)
    template = (await engine.rows(Order, strategy))[0]
    lost = uuid4()
    columns = {c.name: getattr(template, c.name) for c in Order.__table__.columns}
    columns |= {"id": lost, "number": 99, "status": "planned", "final_at": None, "book": None}
    columns |= {"created_at": datetime.now(UTC), "reserved_amount": 0, "filled_shares": 0, "filled_amount": 0}
    columns |= {"venue_order_id": None, "settlement": "none", "posted_at": None, "fee": 0}
    async with engine.database.write() as session:
        await session.execute(insert(Order).values(**columns))
    await ensure_workflows(engine.database, engine.gateway)

    async def filled() -> bool:
        return any(o.id == lost and o.status == "filled" for o in await engine.rows(Order, strategy))

    await eventually(filled)
    await engine.stop(strategy)


async def test_a_pause_that_temporal_never_heard_of_holds_all_the_same(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.want(strategy, "paused")
    held = await engine.has_status(strategy, "paused")
    rows = await engine.rows(StrategyExecution, strategy)
    assert len(rows) == held.last_number
    await engine.want(strategy, "running")

    async def again() -> bool:
        await ensure_workflows(engine.database, engine.gateway)
        return (await engine.row(strategy)).last_number > held.last_number

    await eventually(again)
    await engine.want(strategy, "stopped")
    await engine.has_status(strategy, "stopped")


async def test_an_edit_that_temporal_never_heard_of_is_told_by_the_next_round(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=86_400)
    user = (await engine.row(strategy)).user_id
    await engine.start(strategy)
    await engine.executed(strategy, 1)

    async def edit(request: EditStrategy) -> StrategyView:
        who = Edit(user, strategy, datetime.now(UTC), "sandbox", 30)
        return await edit_strategy(engine.database, dead_gateway(), request, who)

    opening = datetime.now(UTC) + timedelta(hours=3)
    hours = Schedule(windows=(Window(start=time(opening.hour), end=time((opening.hour + 1) % 24)),))
    moved = await edit(EditStrategy(interval_seconds=3600, settings=SettingsParts(schedule=hours)))
    await edit(EditStrategy(name="Renamed"))
    assert (await engine.state(strategy)).interval_seconds == 86_400
    assert (await engine.row(strategy)).untold_at is not None

    async def told() -> bool:
        await ensure_workflows(engine.database, engine.gateway)
        return (await engine.row(strategy)).untold_at is None

    await eventually(told)
    state = await engine.state(strategy)
    assert (state.interval_seconds, state.next_execution_at) == (3600, moved.next_execution_at)
    row = await engine.row(strategy)
    assert (row.untold_slot, row.last_number) == (None, 1)
    await engine.stop(strategy)


async def test_a_workflow_started_by_hand_under_another_name_does_not_end_the_round(engine: Engine) -> None:
    strategy = await engine.create(watching())
    start = await engine.start(strategy)
    by_hand = await engine.client.start_workflow(
        StrategyWorkflow.run, start, id=f"by-hand-{uuid4()}", task_queue=engine.task_queue
    )

    async def listed() -> bool:
        return by_hand.id in await engine.gateway.running_strategies()

    try:
        await eventually(listed)
        assert await ensure_workflows(engine.database, engine.gateway) == 0
    finally:
        await by_hand.terminate()
    await engine.stop(strategy)


async def test_a_stop_whose_workflow_is_gone_is_recorded(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.client.get_workflow_handle(f"strategy-{strategy}").terminate("lost")
    await engine.want(strategy, "stopped")

    async def recorded() -> bool:
        await ensure_workflows(engine.database, engine.gateway)
        return (await engine.row(strategy)).status == "stopped"

    await eventually(recorded)
    stops = [e for e in await engine.rows(StrategyEvent, strategy) if e.kind == "strategy_stopped"]
    assert len(stops) == 1


async def test_after_downtime_there_is_one_catch_up_and_the_gap_is_in_the_log(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    database, markets = own_database, FixedMarkets(a_market("m1"))
    async with running_engine(database, temporal.address, markets) as engine:
        # So long an interval that no slot falls due while the test looks.
        interval = timedelta(days=1)
        strategy = await engine.create(watching(), interval_seconds=86_400)
        await engine.start(strategy)
        await engine.executed(strategy, 1)
        handle = engine.client.get_workflow_handle(f"strategy-{strategy}")
        await handle.terminate("the machine was off")
        off_since = next_slot(strategy, interval, datetime.now(UTC) - timedelta(days=11))
        async with database.write() as session:
            await session.execute(
                update(Strategy).where(Strategy.id == strategy).values(next_execution_at=off_since)
            )

        async def rebuilt() -> bool:
            await ensure_workflows(database, engine.gateway)
            return (await engine.row(strategy)).last_number >= 2

        await eventually(rebuilt)
        catch_up = (await engine.rows(StrategyExecution, strategy))[-1]
        assert catch_up.missed_before == 10
        assert catch_up.scheduled_for == off_since + timedelta(days=10)
        following = (await engine.row(strategy)).next_execution_at
        assert following == off_since + timedelta(days=11)
        missed = [e for e in await engine.rows(StrategyEvent, strategy) if e.kind == "executions_missed"]
        assert [e.data["missed"] for e in missed] == [10]
        assert (await engine.row(strategy)).last_number == 2
        await engine.stop(strategy)


async def test_a_start_right_after_a_stop_begins_at_once_whenever_the_old_run_ends(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.want(strategy, "stopped")
    asked = engine.gateway._run_seq

    async def ends_after_the_answer(of: UUID) -> int | None:
        answer = await asked(of)
        if answer == 1:
            await engine.client.get_workflow_handle(strategy_workflow_id(of)).terminate()
        return answer

    monkeypatch.setattr(engine.gateway, "_run_seq", ends_after_the_answer)
    await engine.start(strategy)
    rows = await engine.executed(strategy, 2)
    assert [row.run_seq for row in rows] == [1, 2]
    await engine.stop(strategy)


async def test_a_stop_and_start_that_temporal_never_heard_of_begin_the_new_run(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=86_400)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    async with engine.database.write() as session:
        await session.execute(
            update(Strategy)
            .where(Strategy.id == strategy)
            .values(run_seq=2, status="stopped", running_since=None, next_execution_at=None)
        )

    async def new_run() -> bool:
        await ensure_workflows(engine.database, engine.gateway)
        return (await engine.row(strategy)).status == "running"

    await eventually(new_run)
    rows = await engine.executed(strategy, 2)
    assert [(row.number, row.run_seq) for row in rows] == [(1, 1), (2, 2)]
    await engine.stop(strategy)
    await engine.has_status(strategy, "stopped")
