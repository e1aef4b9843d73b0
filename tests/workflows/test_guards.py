"""Guards on the real engine: they sell once, outlive what happens to strategies, and end with their position."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select
from temporalio.client import WorkflowExecutionStatus

from api.ensure_workflows import ensure_workflows
from contracts.exit import GuardInput
from db.models import ExitRequest, Order, Position, StrategyEvent, StrategyWatchlist
from db.repositories import exit_requests, position_exits
from db.repositories.order_settlement import book_sale
from db.session import Database
from domain.graph.graph import Node
from domain.ids import position_guard_workflow_id
from launcher.temporal_server import EmbeddedTemporal
from tests.decided_books import DecidedBooks
from tests.desk import Desk, fill_of, in_order, now
from tests.engine import Engine, patiently, running_engine
from tests.eventually import eventually
from tests.fixed_markets import a_market
from tests.workflows.graphs import STREAM, chain, watching
from workflows.position_guard import PositionGuardWorkflow


class Guarded:
    """A strategy of an engine that holds shares, and its guard."""

    def __init__(self, engine: Engine, strategy: UUID, position: UUID) -> None:
        self.engine, self.strategy, self.position_id = engine, strategy, position

    @property
    def markets(self) -> DecidedBooks:
        assert isinstance(self.engine.markets, DecidedBooks)
        return self.engine.markets

    @property
    def market(self) -> str:
        return next(iter(self.markets.all))

    async def ask(self, rule: str, **wish: Any) -> ExitRequest:
        async with self.engine.database.write() as session:
            position = await position_exits.lock_for_exit(session, self.position_id)
            assert position is not None
            asked = {"persistent": True, "reason": f"{rule} says so", "now": now(), **wish}
            return await exit_requests.request_exit(session, position, rule=rule, **asked)

    async def wake(self) -> None:
        await patiently(lambda: self.engine.gateway.wake_guard(self.position_id, self.strategy))

    async def status(self) -> WorkflowExecutionStatus | None:
        handle = self.engine.client.get_workflow_handle(position_guard_workflow_id(self.position_id))
        return (await handle.describe()).status

    async def position(self) -> Position:
        async with self.engine.database.read() as session:
            return await session.get_one(Position, self.position_id)

    async def sales(self) -> list[Order]:
        async with self.engine.database.read() as session:
            rows = await session.scalars(
                select(Order).where(Order.position_id == self.position_id).order_by(Order.created_at)
            )
            return list(rows)

    async def sold_and_over(self) -> Position:
        async def look() -> Position:
            position = await self.position()
            assert position.closed_at is not None, [
                (sale.status, sale.status_reason) for sale in await self.sales()
            ]
            assert await self.status() == WorkflowExecutionStatus.COMPLETED
            return position

        return await eventually(look)


@pytest_asyncio.fixture(loop_scope="session")
async def engine(own_database: Database, temporal: EmbeddedTemporal) -> AsyncIterator[Engine]:
    """On a database of its own: a round looks at everything, and what other tests left behind has no worker any more."""
    markets = DecidedBooks(a_market(f"m{uuid4().hex}", price="0.40", tag="guarded"))
    async with running_engine(own_database, temporal.address, markets, continue_as_new_events=60) as running:
        yield running


async def holding(engine: Engine, graph: Any = None) -> Guarded:
    """Bought straight in the books, so that nobody but the test starts the guard."""
    strategy = await engine.create(graph or watching())
    row = await engine.row(strategy)
    desk = Desk(engine.database)
    desk.user, desk.markets = row.user_id, engine.markets
    await desk.bought(strategy, "40", next(iter(engine.markets.all)))
    return Guarded(engine, strategy, (await desk.position(strategy)).id)


async def test_a_guard_that_is_woken_ten_times_sells_once_and_ends_with_its_position(engine: Engine) -> None:
    guarded = await holding(engine)
    asked = await guarded.ask("stop_loss", sequence=1)
    await asyncio.gather(*(guarded.wake() for _ in range(10)))
    position = await guarded.sold_and_over()
    (sale,) = await guarded.sales()
    assert (sale.status, sale.exit_request_id) == ("filled", asked.id)
    async with engine.database.read() as session:
        assert (await session.get_one(ExitRequest, asked.id)).status == "done"
        told = await session.scalars(
            select(StrategyEvent.message).where(
                StrategyEvent.strategy_id == guarded.strategy, StrategyEvent.kind == "trade_exited"
            )
        )
        (message,) = list(told)
    assert message.startswith("Strategy 'Test strategy' sold YES in “Will ")
    assert message.endswith("loss")
    assert position.close_reason in ("sold", "written_off")


@pytest.mark.parametrize("desired", ["paused", "stopped"])
async def test_it_goes_on_while_the_strategy_is_paused_and_after_it_is_stopped(
    engine: Engine, desired: str
) -> None:
    guarded = await holding(engine)
    await guarded.wake()
    await engine.want(guarded.strategy, desired)
    await guarded.ask("take_profit", sequence=1)
    await guarded.wake()
    await guarded.sold_and_over()


async def test_it_outlives_many_words_and_ends_when_somebody_else_closed_the_position(engine: Engine) -> None:
    guarded = await holding(engine)
    await guarded.wake()
    handle = engine.client.get_workflow_handle(position_guard_workflow_id(guarded.position_id))
    first = (await handle.describe()).run_id

    async def continued() -> bool:
        await guarded.wake()
        return (await handle.describe()).run_id != first

    await eventually(continued)
    assert await guarded.status() == WorkflowExecutionStatus.RUNNING
    asked = await guarded.ask("stop_loss", sequence=1, part_ratio=Decimal("0.5"))
    desk = Desk(engine.database)
    desk.user = (await engine.row(guarded.strategy)).user_id
    desk.markets = engine.markets
    held = (await guarded.position()).shares
    sale = await desk.plan(
        guarded.strategy, "0", guarded.market, side="SELL", shares=held, position_id=guarded.position_id
    )
    assert await desk.reserve(sale) == "reserved"

    async def book(session: Any, locked: Order) -> None:
        await book_sale(session, locked, fill_of(sale, str(held)), now())
        locked.status, locked.final_at = "filled", now()

    await in_order(desk, sale, book)
    await guarded.wake()
    await guarded.sold_and_over()
    async with engine.database.read() as session:
        assert (await session.get_one(ExitRequest, asked.id)).status == "withdrawn"


async def test_an_exit_that_finds_no_bid_waits_and_sells_when_somebody_bids(engine: Engine) -> None:
    guarded = await holding(engine)
    token = f"{guarded.market}-yes"
    guarded.markets.show(token, asks=(("0.45", "500"),))
    asked = await guarded.ask("stop_loss", sequence=1)
    await guarded.wake()

    async def tried() -> bool:
        async with engine.database.read() as session:
            row = await session.get_one(ExitRequest, asked.id, populate_existing=True)
        return row.status == "pending" and row.attempts == 1 and row.next_attempt_at is not None

    await eventually(tried)
    guarded.markets.show(token, bids=(("0.35", "5000"),), asks=(("0.45", "500"),))
    await guarded.sold_and_over()
    first, second = await guarded.sales()
    assert (first.filled_shares, second.status, second.average_price) == (
        Decimal(0),
        "filled",
        Decimal("0.35"),
    )


async def test_a_stop_loss_goes_before_a_limit_order_that_rests(engine: Engine) -> None:
    guarded = await holding(engine)
    await guarded.ask("user", order_type="limit", limit_price=Decimal("0.9"))
    await guarded.wake()

    async def rests() -> bool:
        return [sale.status for sale in await guarded.sales()] == ["live"]

    await eventually(rests)
    await guarded.ask("stop_loss", sequence=1)
    await guarded.wake()
    await guarded.sold_and_over()
    resting, protecting = await guarded.sales()
    assert (resting.status, resting.status_rule) == ("cancelled", "more_urgent_exit")
    assert protecting.status == "filled"


async def test_an_exit_node_sells_and_what_is_behind_it_goes_on(engine: Engine) -> None:
    selling = chain(
        STREAM.model_copy(update={"config": {"tag": "guarded"}}),
        Node(id="sell", type="exit_position", config={}),
        Node(id="watch", type="add_to_watchlist", config={}),
        ports=("out", "closed"),
    )
    guarded = await holding(engine, selling)
    await engine.start(guarded.strategy)
    await guarded.sold_and_over()

    async def watched() -> bool:
        return len(await engine.rows(StrategyWatchlist, guarded.strategy)) == 1

    await eventually(watched)
    (sale,) = await guarded.sales()
    assert (sale.status, sale.node_id) == ("filled", "sell")
    await engine.stop(guarded.strategy)


async def test_a_guard_that_temporal_lost_is_started_again_and_what_was_planned_is_sold(
    engine: Engine,
) -> None:
    guarded = await holding(engine)
    await guarded.ask("stop_loss", sequence=1)

    async def ensured() -> WorkflowExecutionStatus | None:
        await ensure_workflows(engine.database, engine.gateway)
        return await guarded.status()

    await eventually(ensured)
    await guarded.sold_and_over()
    assert len(await guarded.sales()) == 1


async def test_a_guard_that_is_started_twice_is_one(engine: Engine) -> None:
    guarded = await holding(engine)
    given = GuardInput(position_id=guarded.position_id, strategy_id=guarded.strategy)
    await guarded.wake()
    await guarded.wake()
    handle = engine.client.get_workflow_handle(position_guard_workflow_id(guarded.position_id))
    assert await guarded.status() == WorkflowExecutionStatus.RUNNING
    history = await handle.fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    assert started.workflow_type.name == PositionGuardWorkflow.__name__
    assert str(given.position_id).encode() in started.input.payloads[0].data
    await handle.terminate()
