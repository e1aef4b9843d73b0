"""Orders that rest, on the real engine: filled later, cancelled, expired, found again after an answer was lost."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from sqlalchemy import select, update
from temporalio.client import WorkflowExecutionStatus
from temporalio.worker import Worker

from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.paper_venue import PaperVenue
from contracts.order import OrderInput
from db.models import Order, StrategyContinuation, StrategyTrade, StrategyWatchlist
from db.repositories import orders
from db.repositories.order_cancellation import request_cancel
from db.session import Database
from domain.graph.graph import Node
from domain.ids import order_workflow_id, position_guard_workflow_id
from domain.orders.venue_order import VenueAnswer, VenueOrder
from launcher.temporal_server import EmbeddedTemporal
from tests.decided_books import DecidedBooks
from tests.desk import Desk, now
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_markets import a_market
from tests.workflows.graphs import STREAM, chain
from workflows.determinism import workflow_runner
from workflows.order import OrderWorkflow

LIMIT = {"order_type": "limit", "time_in_force": "GTC", "limit_price": Decimal("0.40")}


def new_markets() -> DecidedBooks:
    """One market, with a book into which a bid of 0.40 does not reach."""
    market = f"m{uuid4().hex}"
    markets = DecidedBooks(a_market(market))
    markets.show(f"{market}-yes", bids=(("0.39", "50"),), asks=(("0.45", "500"),))
    return markets


def market_of(markets: DecidedBooks) -> str:
    (market,) = markets.all
    return market


def cross(markets: DecidedBooks, shares: str = "5000") -> None:
    markets.show(f"{market_of(markets)}-yes", bids=(("0.30", "50"),), asks=(("0.38", shares),))


@pytest_asyncio.fixture(loop_scope="session")
async def engine(database: Database, temporal: EmbeddedTemporal) -> AsyncIterator[Engine]:
    async with running_engine(database, temporal.address, new_markets()) as running:
        yield running


def books_of(engine: Engine) -> DecidedBooks:
    assert isinstance(engine.markets, DecidedBooks)
    return engine.markets


async def a_desk(engine: Engine) -> Desk:
    desk = Desk(engine.database)
    desk.markets = engine.markets
    await desk.open("1000", "500")
    return desk


async def resting(engine: Engine, desk: Desk, **fields: Any) -> UUID:
    """A limit BUY of 40 USDC at 0.40 that the venue has taken."""
    (strategy,) = desk.strategies
    order = await desk.plan(strategy, "40", market_of(books_of(engine)), **{**LIMIT, **fields})
    await engine.gateway.start_order(OrderInput(order_id=order, strategy_id=strategy))
    await comes_to(desk, order, "live")
    return order


async def comes_to(desk: Desk, order: UUID, status: str) -> Order:
    async def look() -> Order:
        row = await desk.order(order)
        assert row.status == status, (row.status, row.status_reason)
        return row

    return await eventually(look)


async def workflow_ended(engine: Engine, order: UUID) -> bool:
    async def look() -> bool:
        described = await engine.client.get_workflow_handle(order_workflow_id(order)).describe()
        return described.status == WorkflowExecutionStatus.COMPLETED

    return await eventually(look)


async def test_behind_placed_it_goes_on_while_the_order_rests_and_behind_filled_when_it_is_filled(
    engine: Engine,
) -> None:
    graph = chain(
        STREAM,
        Node(
            id="buy",
            type="execute_trade",
            type_version=2,
            config={"outcome": "Yes", "amount": "40", "order_type": "limit", "limit_price": "0.40"},
        ),
        Node(id="add", type="add_to_watchlist", config={}),
        Node(id="remove", type="remove_from_watchlist", config={}),
        ports=("out", "placed"),
    )
    filled = graph.edges[0].model_copy(update={"source": "buy", "source_port": "filled", "target": "remove"})
    graph = graph.model_copy(update={"edges": (*graph.edges[:2], filled)})
    strategy = await engine.create(graph)
    await engine.start(strategy)

    async def watched() -> bool:
        return len(await engine.rows(StrategyWatchlist, strategy)) == 1

    await eventually(watched)
    (order,) = await engine.rows(Order, strategy)
    assert (order.status, order.filled_shares) == ("live", 0)
    cross(books_of(engine))
    await engine.gateway.order_changed(order.id)

    async def unwatched() -> bool:
        rows = await engine.rows(StrategyContinuation, strategy)
        return sorted((row.port, row.status) for row in rows) == [("filled", "done"), ("placed", "done")]

    await eventually(unwatched)
    (trade,) = await engine.rows(StrategyTrade, strategy)
    assert (trade.status, trade.shares, trade.cost) == ("filled", 100, 40)
    carried = {row.port: row.items[0]["values"] for row in await engine.rows(StrategyContinuation, strategy)}
    assert carried == {
        "placed": {"order_id": str(order.id), "order_status": "live", "filled_shares": "0"},
        "filled": {"order_id": str(order.id), "order_status": "filled", "filled_shares": "100"},
    }
    assert await workflow_ended(engine, order.id)


async def test_a_resting_order_that_gets_shares_has_its_position_guarded_before_it_is_complete(
    engine: Engine,
) -> None:
    desk = await a_desk(engine)
    order = await resting(engine, desk)
    cross(books_of(engine), "30")
    await engine.gateway.order_changed(order)

    async def guarded() -> bool:
        position = await desk.position(desk.strategies[0])
        handle = engine.client.get_workflow_handle(position_guard_workflow_id(position.id))
        return (await handle.describe()).status == WorkflowExecutionStatus.RUNNING

    await eventually(lambda: _when_there(guarded))
    row = await desk.order(order)
    assert (row.status, row.filled_shares) == ("live", Decimal(30))


async def _when_there(look: Any) -> bool:
    try:
        return bool(await look())
    except Exception as error:
        raise AssertionError(str(error)) from error


async def test_a_cancelled_order_ends_and_its_money_is_free(engine: Engine) -> None:
    desk = await a_desk(engine)
    order = await resting(engine, desk)
    async with engine.database.write() as session:
        locked = await orders.lock_order(session, order)
        assert locked is not None
        assert await request_cancel(session, locked, "user", "cancelled by you", now())
    await engine.gateway.order_changed(order)
    await comes_to(desk, order, "cancelled")
    assert (await desk.wallet(desk.strategies[0])).available_amount == 500
    assert await workflow_ended(engine, order)


async def test_a_good_till_date_order_expires_by_its_own_timer(engine: Engine) -> None:
    desk = await a_desk(engine)
    order = await resting(engine, desk, time_in_force="GTD", expires_after_seconds=600)
    async with engine.database.write() as session:
        soon = now() + timedelta(seconds=2)
        await session.execute(update(Order).where(Order.id == order).values(expires_at=soon))
    await engine.gateway.order_changed(order)
    row = await comes_to(desk, order, "expired")
    assert row.final_at is not None
    assert row.final_at >= soon
    assert await workflow_ended(engine, order)


async def test_a_post_only_order_that_would_cross_is_rejected_and_the_port_failed_goes_on(
    engine: Engine,
) -> None:
    config = {
        "outcome": "Yes",
        "amount": "40",
        "order_type": "limit",
        "limit_price": "0.45",
        "post_only": True,
    }
    graph = chain(
        STREAM,
        Node(id="buy", type="execute_trade", type_version=2, config=config),
        Node(id="add", type="add_to_watchlist", config={}),
        ports=("out", "failed"),
    )
    strategy = await engine.create(graph)
    await engine.start(strategy)

    async def watched() -> bool:
        return len(await engine.rows(StrategyWatchlist, strategy)) == 1

    await eventually(watched)
    (order,) = await engine.rows(Order, strategy)
    assert (order.status, order.status_rule) == ("rejected", "post_only")


class LosesAnswers:
    """The paper venue behind a line that breaks while orders are posted: `arrive` says whether they got there."""

    binding = False

    def __init__(self, markets: DecidedBooks, arrive: bool) -> None:
        self._venue = PaperVenue(markets, now)
        self._landed: dict[UUID, VenueAnswer] = {}
        self.arrive = arrive
        self.posted: list[UUID] = []

    async def post(self, order: VenueOrder) -> VenueAnswer:
        self.posted.append(order.id)
        if len(self.posted) > 1 and not self.arrive:
            return await self._venue.post(order)
        if self.arrive:
            self._landed[order.id] = await self._venue.post(order)
        return VenueAnswer(status="unknown", reason="the venue did not answer in time")

    async def look_up(self, order: VenueOrder) -> VenueAnswer:
        return self._landed.get(order.id, VenueAnswer(status="absent"))

    async def cancel(self, order: VenueOrder) -> VenueAnswer:
        return await self._venue.cancel(order)


async def run_with(venue: LosesAnswers, desk: Desk, order: UUID, engine: Engine) -> str:
    """The order's workflow on a worker of its own, to its end."""
    database, markets = desk.database, desk.markets
    request = OrderInput(order_id=order, strategy_id=desk.strategies[0])
    queue = f"test-{uuid4()}"
    worker = Worker(
        engine.client,
        task_queue=queue,
        workflows=[OrderWorkflow],
        workflow_runner=workflow_runner(),
        activities=[
            OrderReservation(database, markets, now).reserve_order,
            OrderPosting(database, markets, now, venue).post_order,
            OrderFollowing(database, markets, now, venue).follow_order,
            OrderTracking(database, now).track_order,
        ],
    )
    async with worker:
        step = await engine.client.execute_workflow(
            OrderWorkflow.run, request, id=order_workflow_id(order), task_queue=queue
        )
    return step.status


async def test_an_order_whose_answer_was_lost_is_looked_up_and_never_taken_for_rejected(
    engine: Engine,
) -> None:
    desk = await a_desk(engine)
    venue = LosesAnswers(books_of(engine), arrive=True)
    order = await desk.plan(desk.strategies[0], "20", market_of(books_of(engine)))
    assert await run_with(venue, desk, order, engine) == "filled"
    assert venue.posted == [order], "what arrived is not sent again"
    async with engine.database.read() as session:
        trades = list(
            await session.scalars(select(StrategyTrade).where(StrategyTrade.entry_order_id == order))
        )
    assert [trade.status for trade in trades] == ["filled"]


async def test_an_order_that_never_arrived_is_posted_again_as_the_same_order(
    engine: Engine,
) -> None:
    desk = await a_desk(engine)
    venue = LosesAnswers(books_of(engine), arrive=False)
    order = await desk.plan(desk.strategies[0], "20", market_of(books_of(engine)))
    assert await run_with(venue, desk, order, engine) == "filled"
    assert venue.posted == [order, order]
    row = await desk.order(order)
    assert row.filled_amount <= 20
