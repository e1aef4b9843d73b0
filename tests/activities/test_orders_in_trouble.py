"""Orders whose surroundings change between two steps: they come to an end, and the money is where it belongs."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationActivities
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from api.temporal_gateway import TemporalGateway
from contracts.evaluation import Evaluate, RecordStatus
from contracts.order import OrderInput, OrderStep
from db.models import Order, Strategy, StrategyContinuation, StrategyTrade, StrategyWallet
from db.repositories import orders
from db.repositories.order_settlement import close_unfilled
from db.repositories.strategy_status import record_status
from db.session import Database
from domain.market.fees import FeeSchedule
from tests.engine import Engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import trading


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def books(database: Database) -> Engine:
    """The engine's books without Temporal: activities are called directly."""
    gateway = TemporalGateway(
        address="127.0.0.1:1",
        namespace="default",
        task_queue="none",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )
    return Engine(database, gateway, FixedMarkets(a_market("m1")), None, "none")  # type: ignore[arg-type]


async def planned(books: Engine) -> OrderInput:
    """A strategy that runs, and the one order it decided on."""
    strategy = await books.create(trading("100"))
    async with books.database.write() as session:
        await session.execute(
            update(Strategy)
            .where(Strategy.id == strategy)
            .values(desired_state="running", status="running", run_seq=1)
        )
    now = utc_now()
    done = await ActivityEnvironment().run(
        EvaluationActivities(books.database, books.markets, "sandbox", utc_now).evaluate,
        Evaluate(strategy_id=strategy, run_seq=1, number=1, trigger="schedule", scheduled_for=now, at=now),
    )
    return OrderInput(order_id=done.order_ids[0], strategy_id=strategy)


async def reserve(books: Engine, request: OrderInput) -> OrderStep:
    return await ActivityEnvironment().run(
        OrderReservation(books.database, books.markets, utc_now).reserve_order, request
    )


async def post(books: Engine, request: OrderInput) -> OrderStep:
    return await ActivityEnvironment().run(
        OrderPosting(books.database, books.markets, utc_now).post_order, request
    )


async def the_one(books: Engine, model: Any, strategy: UUID) -> Any:
    (row,) = await books.rows(model, strategy)
    return row


async def test_a_fee_that_rises_after_the_reservation_cancels_the_order_and_frees_the_money(
    books: Engine,
) -> None:
    request = await planned(books)
    assert (await reserve(books, request)).status == "reserved"
    dearer = FeeSchedule(rate=Decimal("0.5"))
    books.markets.all["m1"] = books.markets.all["m1"].model_copy(update={"fees": dearer})
    step = await post(books, request)
    assert (step.status, step.final) == ("cancelled", True)
    assert (await the_one(books, Order, request.strategy_id)).status_rule == "fee_changed"
    assert (await the_one(books, StrategyTrade, request.strategy_id)).status == "cancelled"
    wallet = await the_one(books, StrategyWallet, request.strategy_id)
    assert (wallet.available_amount, wallet.reserved_amount) == (500, 0)


async def test_an_order_too_old_is_denied_although_the_venue_does_not_answer(books: Engine) -> None:
    request = await planned(books)
    async with books.database.write() as session:
        await session.execute(
            update(Order)
            .where(Order.id == request.order_id)
            .values(created_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
    books.markets.unavailable = "the venue answers 503"
    step = await reserve(books, request)
    assert (step.status, step.final) == ("denied", True)
    assert (await the_one(books, Order, request.strategy_id)).status_rule == "expired"


async def test_a_stop_while_an_order_settles_waits_for_it_and_neither_locks_the_other_out(
    books: Engine,
) -> None:
    request = await planned(books)
    await reserve(books, request)
    now = utc_now()
    stopped = RecordStatus(
        strategy_id=request.strategy_id,
        run_seq=1,
        status="stopped",
        reason=None,
        uptime_seconds="1",
        running_since=None,
        next_execution_at=None,
        at=now,
    )

    async def stop() -> None:
        async with books.database.write() as session:
            await record_status(session, stopped)

    async with books.database.write() as session:
        order = await orders.lock_order(session, request.order_id)
        assert order is not None
        (waiting,) = await books.rows(StrategyContinuation, request.strategy_id)
        await session.execute(
            update(StrategyContinuation).where(StrategyContinuation.id == waiting.id).values(due_at=now)
        )
        stopping = asyncio.create_task(stop())
        await eventually(lambda: somebody_waits(books.database))
        await close_unfilled(session, order, "cancelled", "no_match", "nothing there", now)
    await stopping
    assert (await the_one(books, StrategyContinuation, request.strategy_id)).status == "dropped"
    tracked = await ActivityEnvironment().run(OrderTracking(books.database, utc_now).track_order, request)
    assert tracked.step.status == "cancelled"
    assert (await the_one(books, StrategyWallet, request.strategy_id)).available_amount == 500


async def somebody_waits(database: Database) -> bool:
    async with database.read() as session:
        return bool(
            await session.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE '%strategies%'"
                )
            )
        )
