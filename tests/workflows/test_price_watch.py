"""Prices watched by the whole engine: from a word of the feed to shares sold, and to a resting order filled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from temporalio.client import WorkflowExecutionStatus

from api.ensure_workflows import ensure_workflows
from contracts.price_watch import PriceWatchEnd, PriceWatchInput
from db.models import ExitRequest, Order, Position, StrategyTrade
from db.session import Database
from domain.graph.graph import Node
from domain.ids import price_watch_workflow_id
from launcher.temporal_server import EmbeddedTemporal
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_feed import FixedFeed
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import STREAM, chain
from workflows.price_watch import PriceWatchWorkflow

TOKEN = "m1-yes"


class Watched:
    """An engine with one strategy that has bought, or has an order resting."""

    def __init__(self, engine: Engine, feed: FixedFeed) -> None:
        self.engine = engine
        self.feed = feed

    def price(self, middle: str) -> None:
        """What the venue answers, and then what the feed says; the spread is a cent."""
        self.engine.markets.all["m1"] = a_market("m1", price=middle)
        bid = Decimal(middle) - Decimal("0.005")
        self.feed.say(TOKEN, str(bid), str(bid))

    async def run(self, **buying: Any) -> UUID:
        """Executes once: buys Yes of m1 with these settings."""
        config = {"outcome": "Yes", "amount": "100", **buying}
        buy = Node(id="buy", type="execute_trade", type_version=2, config=config)
        strategy = await self.engine.create(chain(STREAM, buy))
        await self.engine.start(strategy)
        await self.engine.executed(strategy, 1)
        return strategy

    async def watched(self) -> None:
        async def look() -> bool:
            return TOKEN in self.feed.watched

        await eventually(look)

    async def position(self, strategy: UUID) -> Position | None:
        async with self.engine.database.read() as session:
            return await session.scalar(select(Position).where(Position.strategy_id == strategy))

    async def sold(self, strategy: UUID) -> Position:
        async def look() -> Position | None:
            found = await self.position(strategy)
            return found if found is not None and found.closed_at is not None else None

        found = await eventually(look)
        assert found is not None
        return found


@asynccontextmanager
async def watched_engine(
    database: Database, temporal: EmbeddedTemporal, markets: FixedMarkets | None = None
) -> AsyncIterator[Watched]:
    feed = FixedFeed()
    markets = markets or FixedMarkets(a_market("m1"))
    async with running_engine(database, temporal.address, markets, feed=feed) as engine:
        yield Watched(engine, feed)


async def test_a_stop_loss_set_with_a_purchase_sells_on_a_word_of_the_feed(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    async with watched_engine(own_database, temporal) as desk:
        strategy = await desk.run(stop_loss="0.1")
        await desk.watched()
        desk.price("0.30")
        position = await desk.sold(strategy)
        assert position.close_reason in ("sold", "written_off"), (
            "less than a hundredth of a share is written off"
        )

        async def done() -> bool:
            (request,) = await desk.engine.rows(ExitRequest, strategy)
            return (request.rule, request.status) == ("stop_loss", "done")

        await eventually(done)
        (trade,) = await desk.engine.rows(StrategyTrade, strategy)
        assert round(trade.exit_price, 3) == Decimal("0.295")

        async def let_go() -> bool:
            return not desk.feed.watched

        await eventually(let_go)


async def test_a_resting_order_is_filled_by_the_feed_and_its_stop_guarded_at_once(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    async with watched_engine(own_database, temporal) as desk:
        strategy = await desk.run(
            order_type="limit", time_in_force="GTC", limit_price="0.35", take_profit="0.2"
        )
        await desk.watched()
        desk.price("0.30")

        async def filled() -> list[Order]:
            rows = await desk.engine.rows(Order, strategy)
            return [row for row in rows if row.side == "BUY" and row.final_at is not None]

        (order,) = await eventually(filled, within=20)
        assert order.filled_shares > 0
        await desk.watched()
        desk.price("0.50")
        await desk.sold(strategy)


async def test_another_engine_watches_on_where_one_was_stopped(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    async with watched_engine(own_database, temporal) as desk:
        strategy = await desk.run(stop_loss="0.1")
        await desk.watched()
        markets = desk.engine.markets
    async with watched_engine(own_database, temporal, markets) as desk:
        await desk.watched()
        desk.price("0.30")

        async def asked() -> list[ExitRequest]:
            return await desk.engine.rows(ExitRequest, strategy)

        await eventually(asked)
        handle = desk.engine.client.get_workflow_handle(price_watch_workflow_id(0, desk.engine.task_queue))
        assert (await handle.describe()).close_time is None


async def test_the_round_that_keeps_workflows_alive_starts_the_watch(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    async with watched_engine(own_database, temporal) as desk:
        for _ in range(2):
            await ensure_workflows(desk.engine.database, desk.engine.gateway)
        watch = price_watch_workflow_id(0, desk.engine.task_queue)
        handle = desk.engine.client.get_workflow_handle(watch)
        assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_a_watch_of_a_shard_that_is_no_more_ends(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    async with watched_engine(own_database, temporal) as desk:
        end = await desk.engine.client.execute_workflow(
            PriceWatchWorkflow.run,
            PriceWatchInput(shard=5),
            id=price_watch_workflow_id(5, desk.engine.task_queue),
            task_queue=desk.engine.task_queue,
        )
        assert end == PriceWatchEnd(wanted=False, reason="there are 1 shards")
