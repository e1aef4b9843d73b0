"""What waits is carried out once, under the version that decided it, whatever happens meanwhile; and each wish is its own."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import update
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from api.temporal_gateway import TemporalGateway, TemporalUnavailable
from db.models import Order, StrategyContinuation, StrategyExecution, StrategyTrade, StrategyWatchlist
from db.session import Database
from domain.graph.graph import Edge, Graph, Node
from launcher.temporal_server import EmbeddedTemporal
from tests.engine import Engine, settings_for
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import STREAM, waiting, watching
from worker import build_worker


def twice() -> Graph:
    """A market reaches the trade at once, and again an hour later."""
    return Graph(
        nodes=(
            STREAM,
            Node(id="wait", type="wait", config={"hours": 1}),
            Node(id="buy", type="execute_trade", config={"outcome": "Yes", "amount": "20"}),
            Node(id="add", type="add_to_watchlist"),
        ),
        edges=(
            Edge(source="stream", target="buy"),
            Edge(source="stream", target="wait"),
            Edge(source="wait", target="buy"),
            Edge(source="buy", source_port="filled", target="add"),
        ),
    )


async def make_due(engine: Engine, strategy: UUID) -> None:
    """Time passes: what waits for a time became due a second ago."""
    async with engine.database.write() as session:
        await session.execute(
            update(StrategyContinuation)
            .where(
                StrategyContinuation.strategy_id == strategy,
                StrategyContinuation.status == "waiting",
                StrategyContinuation.node_id == "wait",
            )
            .values(due_at=datetime.now(UTC) - timedelta(seconds=1))
        )


async def all_done(engine: Engine, strategy: UUID, orders: int) -> bool:
    rows = await engine.rows(Order, strategy)
    waiting = [row for row in await engine.rows(StrategyContinuation, strategy) if row.status == "waiting"]
    return len(rows) == orders and all(row.final_at for row in rows) and not waiting


def engine_at(database: Database, temporal: EmbeddedTemporal, client: Client, events: int) -> Engine:
    """Without a worker: that comes and goes."""
    task_queue = f"test-{uuid4()}"
    gateway = TemporalGateway(
        address=temporal.address,
        namespace="default",
        task_queue=task_queue,
        api_key=None,
        tls=False,
        continue_as_new_events=events,
    )
    return Engine(database, gateway, FixedMarkets(a_market("m1")), client, task_queue)


def worker_of(engine: Engine) -> Worker:
    return build_worker(
        engine.client, settings_for(engine.task_queue), engine.database, engine.markets, "sandbox"
    )


async def ran(engine: Engine, strategy: UUID, request_id: str) -> bool:
    """Asks again while nobody answers: what the old worker had in hand is given to the new one after some seconds."""
    try:
        await engine.run_now(strategy, request_id)
    except TemporalUnavailable:
        return False
    return True


async def test_a_market_that_reaches_a_trade_directly_and_again_after_a_wait_is_two_intents_both_explained(
    engine: Engine,
) -> None:
    strategy = await engine.create(twice())
    await engine.start(strategy)

    async def first_two() -> bool:
        orders = await engine.rows(Order, strategy)
        return len(orders) == 2 and all(order.final_at for order in orders)

    await eventually(first_two)
    await make_due(engine, strategy)
    await engine.pause(strategy)
    await engine.resume(strategy)
    await eventually(lambda: all_done(engine, strategy, 4), within=30)

    orders = await engine.rows(Order, strategy)
    assert len({order.id for order in orders}) == 4
    assert {(order.market_id, order.number) for order in orders} == {("m1", 1), ("m2", 1)}
    for market in ("m1", "m2"):
        direct, later = sorted((o for o in orders if o.market_id == market), key=lambda order: order.step)
        assert (direct.node_id, later.node_id) == ("buy", "buy")
        assert direct.step == 0 < later.step
    trades = await engine.rows(StrategyTrade, strategy)
    assert {trade.entry_order_id for trade in trades} == {order.id for order in orders}
    assert len(trades) == 4
    assert sum(trade.cost for trade in trades) > Decimal(78)

    executions = {row.step: row for row in await engine.rows(StrategyExecution, strategy) if row.number == 1}
    said: dict[int, dict[str, str]] = {}
    for step in {order.step for order in orders}:
        nodes = {node["node_id"]: node for node in executions[step].nodes}
        said[step] = {v["market_id"]: v["sentence"] for v in nodes["buy"]["verdicts"]}
        assert set(said[step]) == {"m1", "m2"}
        assert all(said[step].values())
    assert {order.reason for order in orders if order.step == 0} != {
        order.reason for order in orders if order.step > 0
    }, "one because the market was found, the other after the wait"
    assert all("Wait" in order.reason for order in orders if order.step > 0)
    await engine.stop(strategy)


async def test_what_waits_outlives_edits_pauses_worker_restarts_and_continue_as_new(
    database: Database, temporal: EmbeddedTemporal
) -> None:
    client = await Client.connect(temporal.address, data_converter=pydantic_data_converter)
    engine = engine_at(database, temporal, client, events=30)
    strategy = await engine.create(waiting(minutes=60))
    async with worker_of(engine):
        await engine.start(strategy)
        await engine.executed(strategy, 1)
        decided_by = (await engine.row(strategy)).version_id
        await engine.publish(strategy, watching(), number=2)
        await engine.pause(strategy)
        await engine.has_status(strategy, "paused")
    await make_due(engine, strategy)
    async with worker_of(engine):
        for number in (2, 3, 4, 5):  # Enough events for another history, or two.
            await eventually(partial(ran, engine, strategy, str(uuid4())), within=40)
            await engine.executed(strategy, number)
        (held,) = await engine.rows(StrategyContinuation, strategy)
        assert held.status == "waiting", "a pause holds it although it is due"
    async with worker_of(engine):
        await engine.resume(strategy)

        async def went_on() -> bool:
            rows = await engine.rows(StrategyContinuation, strategy)
            return [row.status for row in rows] == ["done"]

        await eventually(went_on, within=30)
        rows = await engine.rows(StrategyExecution, strategy)
        (later,) = [row for row in rows if row.step > 0]
        assert (later.number, later.step, later.version_id) == (1, 1, decided_by)
        assert {row.version_id for row in rows if row.number > 1}.isdisjoint({decided_by})
        entries = await engine.rows(StrategyWatchlist, strategy)
        assert [entry.market_id for entry in entries] == ["m1"], "once, though both versions put it there"
        runs = [run async for run in client.list_workflows(f"WorkflowId = 'strategy-{strategy}'")]
        assert len(runs) > 1
        await engine.stop(strategy)
        await engine.has_status(strategy, "stopped")


async def test_what_waits_while_no_worker_runs_goes_on_when_one_is_back(
    database: Database, temporal: EmbeddedTemporal
) -> None:
    client = await Client.connect(temporal.address, data_converter=pydantic_data_converter)
    engine = engine_at(database, temporal, client, events=500)
    strategy = await engine.create(twice())
    async with worker_of(engine):
        await engine.start(strategy)
        await engine.executed(strategy, 1)
        await make_due(engine, strategy)
    await engine.gateway.pause(strategy)
    await engine.gateway.resume(strategy)
    async with worker_of(engine):
        await eventually(lambda: _done_once(engine, strategy), within=30)
        steps = [(row.number, row.step) for row in await engine.rows(StrategyExecution, strategy)]
        assert len(steps) == len(set(steps))
        await engine.stop(strategy)
        await engine.has_status(strategy, "stopped")


async def _done_once(engine: Engine, strategy: UUID) -> bool:
    orders = [order for order in await engine.rows(Order, strategy) if order.number == 1]
    assert len(orders) <= 2
    return len(orders) == 2 and all(order.final_at for order in orders)
