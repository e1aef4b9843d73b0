"""What is recorded as golden histories: real runs of the engine through every path that its workflows have."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from api.temporal_gateway import RunRefused, WorkflowMissing
from contracts.strategy import PublishVersion, StrategyCounts
from db.models import Order, StrategyContinuation, StrategyEvent, StrategyExecution, StrategyTrade
from db.repositories.order_cancellation import request_cancel
from db.repositories.orders import lock_order
from domain.graph.graph import Edge, Graph, Node
from domain.ids import order_workflow_id, strategy_workflow_id
from domain.market.answers import BookAnswer
from exchange.errors import MarketDataUnavailable
from tests.engine import Engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets
from tests.workflows.graphs import STREAM, chain, trading, waiting, watching

BROKEN = Graph(nodes=(Node(id="a", type="end"),), edges=(Edge(source="a", source_port="out", target="a"),))


class HeldBooks(FixedMarkets):
    """Markets as usual, but order books only once `held` is taken away: orders stand between reserve and post."""

    held = False

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> dict[str, BookAnswer]:
        if self.held:
            raise MarketDataUnavailable("no order books yet")
        return dict(await super().books(token_ids, max_age))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One workflow whose runs are exported; `runs` None means: only its last."""

    name: str
    workflow_id: str
    runs: int = 1


Scene = Callable[[Engine], Awaitable[list[Recorded]]]


async def _final_orders(engine: Engine, strategy: UUID, count: int) -> list[Order]:
    async def look() -> list[Order]:
        orders = await engine.rows(Order, strategy)
        return orders if len(orders) >= count and all(order.final_at for order in orders) else []

    return await eventually(look, within=40)


async def _stopped(engine: Engine, strategy: UUID) -> None:
    await engine.stop(strategy)
    await engine.has_status(strategy, "stopped")


def _strategy(name: str, strategy: UUID, runs: int = 1) -> Recorded:
    return Recorded(name, strategy_workflow_id(strategy), runs)


async def trades(engine: Engine) -> list[Recorded]:
    """Two orders fill, what waits behind them goes on, a later order is denied for want of money."""
    strategy = await engine.create(trading("200"), allocation="500", interval_seconds=2)
    await engine.start(strategy)
    orders = await _final_orders(engine, strategy, 4)
    await _stopped(engine, strategy)
    by_status = {order.status: order for order in orders}
    assert len(await engine.rows(StrategyTrade, strategy)) == 2
    return [
        _strategy("strategy-trades", strategy),
        Recorded("order-filled", order_workflow_id(by_status["filled"].id)),
        Recorded("order-denied", order_workflow_id(by_status["denied"].id)),
    ]


async def order_after_stop(engine: Engine) -> list[Recorded]:
    """The strategy is stopped while its order waits for the venue: the order ends, and nobody is there to be woken."""
    markets = engine.markets
    assert isinstance(markets, HeldBooks)
    markets.held = True
    strategy = await engine.create(trading("10"))
    await engine.start(strategy)

    async def reserved() -> bool:
        return [order.status for order in await engine.rows(Order, strategy)] == ["reserved", "reserved"]

    await eventually(reserved)
    await _stopped(engine, strategy)
    markets.held = False
    orders = await _final_orders(engine, strategy, 2)
    assert {order.status for order in orders} == {"filled"}
    return [Recorded("order-after-stop", order_workflow_id(orders[0].id))]


async def rested(engine: Engine) -> list[Recorded]:
    """Two limit orders rest: one is filled when its price comes, the other cancelled."""
    limit = {"outcome": "Yes", "amount": "40", "order_type": "limit", "limit_price": "0.39"}
    graph = chain(STREAM, Node(id="buy", type="execute_trade", type_version=2, config=limit))
    strategy = await engine.create(graph)
    await engine.start(strategy)

    async def live() -> list[Order]:
        rows = await engine.rows(Order, strategy)
        return rows if [row.status for row in rows] == ["live", "live"] else []

    orders = {order.market_id: order.id for order in await eventually(live)}
    known = engine.markets.all["m1"]
    cheaper = known.outcomes[0].model_copy(update={"price": Decimal("0.38")})
    engine.markets.all["m1"] = known.model_copy(update={"outcomes": (cheaper, known.outcomes[1])})
    await engine.gateway.order_changed(orders["m1"])
    async with engine.database.write() as session:
        locked = await lock_order(session, orders["m2"])
        assert locked is not None
        assert await request_cancel(session, locked, "user", "cancelled by you", datetime.now(UTC))
    await engine.gateway.order_changed(orders["m2"])
    final = await _final_orders(engine, strategy, 2)
    assert {order.status for order in final} == {"filled", "cancelled"}
    await _stopped(engine, strategy)
    return [
        Recorded("order-rested", order_workflow_id(orders["m1"])),
        Recorded("order-cancelled", order_workflow_id(orders["m2"])),
    ]


async def pause_resume_stop(engine: Engine) -> list[Recorded]:
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.executed(strategy, 2)
    await engine.pause(strategy)
    held = (await engine.has_status(strategy, "paused")).last_number
    await engine.executed(strategy, (await engine.run_now(strategy)).number)
    await engine.resume(strategy)
    await engine.executed(strategy, held + 3)
    await _stopped(engine, strategy)
    return [_strategy("strategy-pause-resume-stop", strategy)]


async def degraded(engine: Engine) -> list[Recorded]:
    """The venue is away until the execution fails, then it is back."""
    strategy = await engine.create(watching(), error_after=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    engine.markets.unavailable = "the venue answers 503"
    await engine.run_now(strategy)
    await engine.executed(strategy, 2, within=60)
    engine.markets.unavailable = None
    await engine.run_now(strategy)
    await engine.executed(strategy, 3)
    await _stopped(engine, strategy)
    kinds = [event.kind for event in await engine.rows(StrategyEvent, strategy)]
    assert "strategy_degraded" in kinds
    assert "strategy_recovered" in kinds
    return [_strategy("strategy-degraded", strategy)]


async def gave_up(engine: Engine) -> list[Recorded]:
    """A graph that fails every time sends the strategy to `error`; repaired, it is resumed."""
    strategy = await engine.create(BROKEN, interval_seconds=1, error_after=2)
    await engine.start(strategy)
    await engine.has_status(strategy, "error")
    await engine.publish(strategy, watching(), number=2)
    await engine.resume(strategy)
    await engine.executed(strategy, 4)
    await _stopped(engine, strategy)
    statuses = [row.status for row in await engine.rows(StrategyExecution, strategy)]
    assert statuses[:4] == ["failed", "failed", "succeeded", "succeeded"]
    return [_strategy("strategy-error-resume", strategy)]


async def updates(engine: Engine) -> list[Recorded]:
    """Manual runs (new, repeated, refused), a new version with another name and interval, a change of counts."""
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    for request in ("first", "second", "first"):
        ran = await engine.run_now(strategy, request)
        await engine.executed(strategy, ran.number)
    with pytest.raises(RunRefused):
        await engine.gateway.run_now(strategy, "")
    version = await engine.publish(strategy, watching(), number=2)
    async with engine.database.write() as session:
        row = await session.get_one(type(await engine.row(strategy)), strategy)
        row.name, row.interval_seconds = "Renamed", 2
    await engine.gateway.publish_version(
        strategy, PublishVersion(version_id=version, name="Renamed", interval_seconds=2)
    )
    await engine.gateway.counts_changed(strategy, StrategyCounts(total_executions=3, watchlist_size=1))
    await engine.executed(strategy, 5)
    await _stopped(engine, strategy)
    with pytest.raises((RunRefused, WorkflowMissing)):
        await engine.run_now(strategy)
    return [_strategy("strategy-updates", strategy)]


async def waited(engine: Engine) -> list[Recorded]:
    """A Wait node's continuation comes due between executions."""
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    async with engine.database.write() as session:
        await session.execute(
            update(StrategyContinuation)
            .where(StrategyContinuation.strategy_id == strategy)
            .values(due_at=datetime.now(UTC) + timedelta(seconds=1))
        )
    await engine.run_now(strategy)

    async def done() -> bool:
        return any(row.step > 0 for row in await engine.rows(StrategyExecution, strategy))

    await eventually(done)
    await _stopped(engine, strategy)
    return [_strategy("strategy-waited", strategy)]


async def unwanted(engine: Engine) -> list[Recorded]:
    """The books say paused, then stopped, and the signals were lost: the execution finds out."""
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.want(strategy, "paused")
    await engine.has_status(strategy, "paused")
    await engine.want(strategy, "stopped")
    await engine.gateway.resume(strategy)
    await engine.has_status(strategy, "stopped")
    return [_strategy("strategy-superseded", strategy)]


async def resumed_while_held(engine: Engine) -> list[Recorded]:
    """Paused and resumed within one evaluation, which was held: it goes on."""
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.resume_while_held(strategy)
    await engine.executed(strategy, 3)
    await _stopped(engine, strategy)
    return [_strategy("strategy-resumed-while-held", strategy)]


async def continued(engine: Engine) -> list[Recorded]:
    """Several runs of a strategy that continues as new every few executions; needs an engine with a small limit."""
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.run_now(strategy, str(uuid4()))
    await engine.executed(strategy, 7, within=40)
    await _stopped(engine, strategy)
    return [_strategy("strategy-continued", strategy, runs=3)]
