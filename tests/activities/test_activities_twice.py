"""Activities run at least once; their effect happens exactly once: each is run twice, one after and one beside the other."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.evaluation import ATTEMPTS_UNTIL_FAILED, EvaluationActivities
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.strategy_records import StrategyRecords
from api.temporal_gateway import TemporalGateway
from contracts.evaluation import Evaluate, Evaluated, RecordStatus
from contracts.order import OrderInput
from db.models import (
    Order,
    OrderFill,
    Strategy,
    StrategyContinuation,
    StrategyEvent,
    StrategyExecution,
    StrategyTrade,
    StrategyWallet,
    StrategyWatchlist,
)
from db.session import Database
from domain.graph.graph import Graph
from tests.engine import Engine
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


async def _wanted(books: Engine, amount: str = "100") -> UUID:
    strategy = await books.create(trading(amount))
    async with books.database.write() as session:
        await session.execute(
            update(Strategy).where(Strategy.id == strategy).values(desired_state="running", run_seq=1)
        )
    return strategy


async def _evaluate(books: Engine, strategy: UUID, number: int = 1, attempt: int = 1) -> Evaluated:
    activities = EvaluationActivities(books.database, books.markets, "sandbox", utc_now)
    now = utc_now()
    request = Evaluate(
        strategy_id=strategy, run_seq=1, number=number, trigger="schedule", scheduled_for=now, at=now
    )
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    return await environment.run(activities.evaluate, request)


async def test_evaluate_twice_records_one_execution_and_answers_the_same(books: Engine) -> None:
    strategy = await _wanted(books)
    first = await _evaluate(books, strategy)
    again = await _evaluate(books, strategy)
    assert first.outcome == again.outcome == "succeeded"
    assert first.order_ids == again.order_ids
    assert len(first.order_ids) == 1
    assert (first.counts, first.next_number) == (again.counts, again.next_number)
    assert len(await books.rows(StrategyExecution, strategy)) == 1
    assert len(await books.rows(StrategyWatchlist, strategy)) == 1
    assert len(await books.rows(Order, strategy)) == 1
    assert len(await books.rows(StrategyContinuation, strategy)) == 1
    kinds = [event.kind for event in await books.rows(StrategyEvent, strategy)]
    assert kinds.count("execution_finished") == 1


async def test_evaluate_five_times_at_once_records_one_execution(books: Engine) -> None:
    strategy = await _wanted(books)
    answers = await asyncio.gather(*(_evaluate(books, strategy) for _ in range(5)))
    assert {answer.outcome for answer in answers} == {"succeeded"}
    assert {answer.order_ids for answer in answers} == {answers[0].order_ids}
    assert len(await books.rows(StrategyExecution, strategy)) == 1
    assert len(await books.rows(Order, strategy)) == 1
    assert (await books.row(strategy)).total_executions == 1


async def test_evaluate_for_a_run_that_is_over_changes_nothing(books: Engine) -> None:
    strategy = await _wanted(books)
    async with books.database.write() as session:
        await session.execute(update(Strategy).where(Strategy.id == strategy).values(run_seq=2))
    assert (await _evaluate(books, strategy)).outcome == "superseded"
    assert await books.rows(StrategyExecution, strategy) == []


@pytest.mark.parametrize("times", [1, 2, 5])
async def test_reserve_post_and_track_have_one_effect_however_often_they_run(
    books: Engine, times: int
) -> None:
    strategy = await _wanted(books)
    order = (await _evaluate(books, strategy)).order_ids[0]
    request = OrderInput(order_id=order, strategy_id=strategy)
    reserve = OrderReservation(books.database, books.markets, utc_now).reserve_order
    post = OrderPosting(books.database, books.markets, utc_now).post_order
    track = OrderTracking(books.database, utc_now).track_order
    for step in (reserve, post, track):
        await asyncio.gather(*(ActivityEnvironment().run(step, request) for _ in range(times)))
        await ActivityEnvironment().run(step, request)
    trades = await books.rows(StrategyTrade, strategy)
    assert [(trade.status, trade.entry_order_id) for trade in trades] == [("filled", order)]
    async with books.database.read() as session:
        fills = list(await session.scalars(select(OrderFill).where(OrderFill.order_id == order)))
    assert sum(fill.shares for fill in fills) == trades[0].shares
    wallet = (await books.rows(StrategyWallet, strategy))[0]
    assert (wallet.reserved_amount, wallet.deployed_amount) == (0, trades[0].cost)
    assert wallet.available_amount + wallet.deployed_amount == 500
    kinds = [event.kind for event in await books.rows(StrategyEvent, strategy)]
    assert kinds.count("trade_executed") == 1
    due = [c.due_at for c in await books.rows(StrategyContinuation, strategy)]
    assert len(due) == 1
    assert due[0] is not None


async def test_an_order_decided_too_long_ago_is_denied_as_expired(books: Engine) -> None:
    strategy = await _wanted(books)
    order = (await _evaluate(books, strategy)).order_ids[0]
    async with books.database.write() as session:
        await session.execute(
            update(Order).where(Order.id == order).values(created_at=datetime(2026, 1, 1, tzinfo=UTC))
        )
    reserve = OrderReservation(books.database, books.markets, utc_now).reserve_order
    step = await ActivityEnvironment().run(reserve, OrderInput(order_id=order, strategy_id=strategy))
    assert (step.status, step.final) == ("denied", True)
    assert (await books.rows(Order, strategy))[0].status_rule == "expired"


async def test_an_empty_book_cancels_the_order_and_frees_the_money(books: Engine) -> None:
    strategy = await _wanted(books)
    order = (await _evaluate(books, strategy)).order_ids[0]
    request = OrderInput(order_id=order, strategy_id=strategy)
    await ActivityEnvironment().run(
        OrderReservation(books.database, books.markets, utc_now).reserve_order, request
    )
    books.markets.depth = books.markets.depth * 0
    post = OrderPosting(books.database, books.markets, utc_now).post_order
    step = await ActivityEnvironment().run(post, request)
    assert (step.status, step.final) == ("cancelled", True)
    wallet = (await books.rows(StrategyWallet, strategy))[0]
    assert (wallet.available_amount, wallet.reserved_amount) == (500, 0)
    trade = (await books.rows(StrategyTrade, strategy))[0]
    assert (trade.status, trade.shares) == ("cancelled", 0)


async def test_a_thin_book_fills_partly_and_says_so(books: Engine) -> None:
    strategy = await _wanted(books)
    order = (await _evaluate(books, strategy)).order_ids[0]
    request = OrderInput(order_id=order, strategy_id=strategy)
    books.markets.depth = books.markets.depth / 1000
    for step in (
        OrderReservation(books.database, books.markets, utc_now).reserve_order,
        OrderPosting(books.database, books.markets, utc_now).post_order,
        OrderTracking(books.database, utc_now).track_order,
    ):
        await ActivityEnvironment().run(step, request)
    trade = (await books.rows(StrategyTrade, strategy))[0]
    assert (trade.status, trade.shares) == ("partial", 50)
    wallet = (await books.rows(StrategyWallet, strategy))[0]
    assert wallet.available_amount == 500 - trade.cost


async def test_a_status_recorded_twice_tells_it_once(books: Engine) -> None:
    strategy = await _wanted(books)
    record = RecordStatus(
        strategy_id=strategy,
        run_seq=1,
        status="running",
        reason=None,
        uptime_seconds="0",
        running_since=utc_now(),
        next_execution_at=None,
        at=utc_now(),
    )
    for _ in range(2):
        await ActivityEnvironment().run(StrategyRecords(books.database).record_status, record)
    assert [event.kind for event in await books.rows(StrategyEvent, strategy)] == ["strategy_started"]
    assert (await books.row(strategy)).status == "running"


async def test_a_result_the_database_refuses_for_ever_becomes_a_failed_execution(books: Engine) -> None:
    strategy = await _wanted(books)
    graph = trading("100").model_dump(mode="json")
    graph["nodes"][2]["config"]["amount"] = "1000000"
    async with books.database.write() as session:
        await session.execute(
            text("ALTER TABLE orders ADD CONSTRAINT refuse_this CHECK (amount < 999999) NOT VALID")
        )
    try:
        await books.publish(strategy, Graph.model_validate(graph), number=2)
        with pytest.raises(ApplicationError):
            await _evaluate(books, strategy)
        last = await _evaluate(books, strategy, attempt=ATTEMPTS_UNTIL_FAILED)
    finally:
        async with books.database.write() as session:
            await session.execute(text("ALTER TABLE orders DROP CONSTRAINT refuse_this"))
    assert last.outcome == "failed"
    rows = await books.rows(StrategyExecution, strategy)
    assert [(row.status, row.error_kind) for row in rows] == [("failed", "node")]
    assert "could not be stored" in rows[0].error_message
    assert await books.rows(StrategyWatchlist, strategy) == []


async def test_a_text_no_database_stores_becomes_a_failed_execution(books: Engine) -> None:
    strategy = await _wanted(books)
    books.markets.all["m1"] = a_market("m1").model_copy(update={"question": "Will this \0 be stored?"})
    with pytest.raises(ApplicationError):
        await _evaluate(books, strategy)
    last = await _evaluate(books, strategy, attempt=ATTEMPTS_UNTIL_FAILED)
    assert last.outcome == "failed"
    (row,) = await books.rows(StrategyExecution, strategy)
    assert (row.status, row.error_kind) == ("failed", "node")
    assert "could not be stored" in row.error_message
