"""A broken node fails its execution only; too many failures in a row pause the strategy, which says why."""

from uuid import UUID

from sqlalchemy import update

from db.models import StrategyEvent, StrategyVersion
from tests.engine import Engine
from tests.workflows.graphs import watching


async def break_version(engine: Engine, strategy: UUID) -> None:
    """A version whose node no longer evaluates: what a bad upgrade would leave behind."""
    async with engine.database.write() as session:
        version = await session.get_one(StrategyVersion, (await engine.row(strategy)).version_id)
        broken = {**version.graph, "nodes": [dict(node) for node in version.graph["nodes"]]}
        broken["nodes"][0]["config"] = {"tag": 7}
        await session.execute(
            update(StrategyVersion).where(StrategyVersion.id == version.id).values(graph=broken)
        )


async def test_after_n_failures_in_a_row_a_strategy_goes_to_error_and_resume_forgives(engine: Engine) -> None:
    strategy = await engine.create(watching(), error_after=2)
    await break_version(engine, strategy)
    await engine.start(strategy)
    rows = await engine.executed(strategy, 1)
    assert (rows[0].status, rows[0].error_kind) == ("failed", "node")
    assert (await engine.state(strategy)).status == "running"
    await engine.run_now(strategy)
    failed = await engine.has_status(strategy, "error")
    assert "2 executions failed in a row" in (failed.status_reason or "")
    assert failed.next_execution_at is None
    kinds = [event.kind for event in await engine.rows(StrategyEvent, strategy)]
    assert kinds.count("strategy_error") == 1
    await engine.resume(strategy)
    resumed = await engine.has_status(strategy, "running")
    assert resumed.consecutive_failures == 0
    await engine.stop(strategy)


async def test_a_pause_between_error_and_resume_is_forgiven_too(engine: Engine) -> None:
    strategy = await engine.create(watching(), error_after=2)
    await break_version(engine, strategy)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.run_now(strategy)
    await engine.has_status(strategy, "error")
    await engine.pause(strategy)
    await engine.has_status(strategy, "paused")
    await engine.resume(strategy)
    assert (await engine.has_status(strategy, "running")).consecutive_failures == 0
    await engine.run_now(strategy)
    await engine.executed(strategy, 3)
    assert (await engine.state(strategy)).status == "running"
    await engine.stop(strategy)
