"""What goes on later goes on once: behind a Wait, behind a trade, across pause, edit, restart and a lost Temporal."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import update

from contracts.order import OrderSettled
from contracts.strategy import StrategyCounts
from db.models import StrategyContinuation, StrategyExecution, StrategyWatchlist
from db.session import Database
from domain.graph.graph import Node
from launcher.temporal_server import EmbeddedTemporal
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import STREAM, chain, trading, waiting, watching


async def _make_due(engine: Engine, strategy: object) -> None:
    """Time passes: what waits became due a second ago."""
    async with engine.database.write() as session:
        await session.execute(
            update(StrategyContinuation)
            .where(StrategyContinuation.strategy_id == strategy)
            .values(due_at=datetime.now(UTC) - timedelta(seconds=1))
        )


async def test_behind_a_wait_the_same_items_go_on_when_the_time_has_come(engine: Engine) -> None:
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    assert await engine.rows(StrategyWatchlist, strategy) == []
    await _make_due(engine, strategy)
    await engine.run_now(strategy)

    async def done() -> bool:
        return all(
            c.status == "done" for c in await engine.rows(StrategyContinuation, strategy) if c.number == 1
        )

    await eventually(done)
    steps = [(r.number, r.step, r.trigger) for r in await engine.rows(StrategyExecution, strategy)]
    assert (1, 1, "continuation") in steps
    assert len(await engine.rows(StrategyWatchlist, strategy)) == 2
    row = await engine.row(strategy)
    assert row.total_executions == row.last_number == 2
    await engine.stop(strategy)


async def test_a_continuation_keeps_the_version_it_was_decided_by(engine: Engine) -> None:
    strategy = await engine.create(waiting(minutes=60))
    first = (await engine.row(strategy)).version_id
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    second = await engine.publish(strategy, watching(), number=2)
    await _make_due(engine, strategy)
    await engine.run_now(strategy)

    async def both() -> bool:
        rows = await engine.rows(StrategyExecution, strategy)
        return {(r.number, r.step, r.version_id) for r in rows} == {
            (1, 0, first),
            (1, 1, first),
            (2, 0, second),
        }

    await eventually(both)
    await engine.stop(strategy)


async def test_behind_a_trade_only_the_port_it_came_to_goes_on(engine: Engine) -> None:
    strategy = await engine.create(trading("400"), allocation="500")
    await engine.start(strategy)

    async def over() -> bool:
        rows = await engine.rows(StrategyContinuation, strategy)
        return len(rows) == 2 and all(row.status != "waiting" for row in rows)

    await eventually(over)
    rows = await engine.rows(StrategyContinuation, strategy)
    # One order filled and goes on behind `filled`; the other was denied, so nothing ever comes to its `filled`.
    assert sorted(row.status for row in rows) == ["done", "dropped"]
    done = next(row for row in rows if row.status == "done")
    assert done.items[0]["values"]["order_status"] == "filled"
    assert len([e for e in await engine.rows(StrategyWatchlist, strategy) if e.removed_at]) == 1
    await engine.stop(strategy)


async def test_an_unwell_venue_postpones_what_waits_instead_of_losing_it(engine: Engine) -> None:
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    engine.markets.unavailable = "the venue answers 503"
    await _make_due(engine, strategy)
    await engine.run_now(strategy)

    async def postponed() -> bool:
        rows = await engine.rows(StrategyContinuation, strategy)
        return any(r.status == "waiting" and r.due_at > datetime.now(UTC) for r in rows if r.number == 1)

    await eventually(postponed, within=60)
    engine.markets.unavailable = None
    await engine.stop(strategy)


async def test_many_continuations_survive_many_continue_as_news(
    database: Database, temporal: EmbeddedTemporal
) -> None:
    markets = FixedMarkets(*(a_market(f"c{i}") for i in range(12)))
    async with running_engine(database, temporal.address, markets, continue_as_new_events=30) as engine:
        graph = chain(
            STREAM,
            Node(id="buy", type="execute_trade", config={"outcome": "Yes", "amount": "5"}),
            Node(id="add", type="add_to_watchlist", config={}),
            ports=("out", "filled"),
        )
        strategy = await engine.create(graph)
        await engine.start(strategy)

        async def all_added() -> bool:
            return len(await engine.rows(StrategyWatchlist, strategy)) == 12

        await eventually(all_added, within=30)
        steps = [r.step for r in await engine.rows(StrategyExecution, strategy) if r.number == 1]
        assert steps == list(range(13))
        runs = [run async for run in engine.client.list_workflows(f"WorkflowId = 'strategy-{strategy}'")]
        assert len(runs) > 1
        await engine.stop(strategy)


async def test_what_an_older_run_left_waiting_never_comes_due_in_a_new_one(engine: Engine) -> None:
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.client.get_workflow_handle(f"strategy-{strategy}").terminate(
        "lost before it could drop anything"
    )
    await _make_due(engine, strategy)
    start = await engine.start(strategy)
    assert start.next_continuation_at is None
    await engine.executed(strategy, 2)
    state = await engine.state(strategy)
    assert (state.status, state.number) == ("running", 2)
    steps = [(row.number, row.step) for row in await engine.rows(StrategyExecution, strategy)]
    assert steps == [(1, 0), (2, 0)]
    await engine.stop(strategy)


async def test_what_a_run_left_waiting_is_dropped_although_the_next_one_was_started_already(
    engine: Engine,
) -> None:
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.stop(strategy)
    await engine.start(strategy)
    await engine.executed(strategy, 2)

    async def waits() -> bool:
        rows = await engine.rows(StrategyContinuation, strategy)
        return {row.run_seq: row.status for row in rows} == {1: "dropped", 2: "waiting"}

    await eventually(waits)
    await engine.stop(strategy)


async def test_the_word_of_an_order_that_settled_before_does_not_put_off_what_waits(engine: Engine) -> None:
    """Two orders of one execution may tell the strategy in either order; the first may know of nothing that is due."""
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    async with engine.database.write() as session:
        await session.execute(
            update(StrategyContinuation)
            .where(StrategyContinuation.strategy_id == strategy)
            .values(due_at=datetime.now(UTC) + timedelta(seconds=3))
        )
    await engine.run_now(strategy)
    await engine.executed(strategy, 2)
    word = OrderSettled(order_id=uuid4(), counts=StrategyCounts(), next_continuation_at=None)
    await engine.client.get_workflow_handle(f"strategy-{strategy}").signal("order_settled", word)

    async def gone_on() -> bool:
        steps = [(row.number, row.step) for row in await engine.rows(StrategyExecution, strategy)]
        return (1, 1) in steps

    await eventually(gone_on)
    await engine.stop(strategy)
