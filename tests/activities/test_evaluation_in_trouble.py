"""Evaluations that are interrupted or that nobody answers."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import evaluation
from activities.evaluation import ATTEMPTS_UNTIL_FAILED, EvaluationActivities
from api.temporal_gateway import TemporalGateway
from contracts.evaluation import Evaluate, Evaluated, Trigger
from db.models import Strategy, StrategyContinuation, StrategyEvent, StrategyExecution
from db.session import Database
from domain.graph.graph import Graph, Node
from domain.market.answers import MarketsAnswer
from domain.market.query import MarketQuery
from tests.engine import Engine
from tests.fixed_markets import FixedMarkets, a_market
from tests.workflows.graphs import STREAM, chain, waiting, watching


class SilentMarkets(FixedMarkets):
    """A venue that takes the question and never answers."""

    async def markets(self, query: MarketQuery) -> MarketsAnswer:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


def utc_now() -> datetime:
    return datetime.now(UTC)


def books_with(database: Database, markets: FixedMarkets) -> Engine:
    gateway = TemporalGateway(
        address="127.0.0.1:1",
        namespace="default",
        task_queue="none",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )
    return Engine(database, gateway, markets, None, "none")  # type: ignore[arg-type]


async def running(books: Engine, graph: Graph) -> UUID:
    strategy = await books.create(graph)
    async with books.database.write() as session:
        await session.execute(
            update(Strategy).where(Strategy.id == strategy).values(desired_state="running", run_seq=1)
        )
    return strategy


async def evaluate(books: Engine, strategy: UUID, trigger: Trigger, attempt: int = 1) -> Evaluated:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    now = utc_now()
    request = Evaluate(strategy_id=strategy, run_seq=1, number=1, trigger=trigger, scheduled_for=now, at=now)
    activities = EvaluationActivities(books.database, books.markets, "sandbox", utc_now)
    return await environment.run(activities.evaluate, request)


async def test_a_venue_that_never_answers_fails_the_execution_in_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "DECISION_LIMIT", timedelta(milliseconds=50))
    books = books_with(database, SilentMarkets())
    strategy = await running(books, watching())
    with pytest.raises(ApplicationError):
        await evaluate(books, strategy, "schedule")
    assert await books.rows(StrategyExecution, strategy) == []
    done = await evaluate(books, strategy, "schedule", attempt=ATTEMPTS_UNTIL_FAILED)
    assert done.outcome == "failed"
    (row,) = await books.rows(StrategyExecution, strategy)
    assert (row.status, row.error_kind) == ("failed", "market_data")
    assert (await books.row(strategy)).degraded_reason is not None


async def test_what_waits_for_an_unwell_venue_makes_it_degraded_and_says_so_once(database: Database) -> None:
    books = books_with(database, FixedMarkets(a_market("m1")))
    strategy = await running(books, waiting(minutes=5))
    await evaluate(books, strategy, "schedule")
    books.markets.unavailable = "the venue answers 503"
    for _ in range(2):
        async with database.write() as session:
            await session.execute(
                update(StrategyContinuation)
                .where(StrategyContinuation.strategy_id == strategy)
                .values(due_at=utc_now() - timedelta(seconds=1))
            )
        done = await evaluate(books, strategy, "continuation", attempt=ATTEMPTS_UNTIL_FAILED)
        assert done.outcome == "failed"
        assert done.next_continuation_at is not None
        assert done.next_continuation_at > utc_now() + timedelta(seconds=50)
    kinds = [event.kind for event in await books.rows(StrategyEvent, strategy)]
    assert kinds.count("strategy_degraded") == 1


async def test_giving_up_is_said_again_when_the_answer_that_said_it_was_lost(database: Database) -> None:
    books = books_with(database, FixedMarkets(a_market("m1")))
    strategy = await running(books, Graph(nodes=(Node(id="x", type="gone_from_this_engine"),)))
    async with database.write() as session:
        await session.execute(update(Strategy).where(Strategy.id == strategy).values(error_after=1))
    first = await evaluate(books, strategy, "schedule")
    again = await evaluate(books, strategy, "schedule", attempt=2)
    assert first.give_up_reason is not None
    assert (again.outcome, again.give_up_reason) == ("failed", "1 executions failed in a row")
    assert len(await books.rows(StrategyExecution, strategy)) == 1


async def test_orders_of_a_continuation_whose_answer_was_lost_are_told_by_the_next_attempt(
    database: Database,
) -> None:
    books = books_with(database, FixedMarkets(a_market("m1")))
    waits = (
        Node(id="wait", type="wait", config={"minutes": 5}),
        Node(id="late", type="wait", config={"minutes": 6}),
    )
    buy = Node(id="buy", type="execute_trade", config={"outcome": "Yes", "amount": "10"})
    first = chain(STREAM, waits[0], buy)
    second = chain(STREAM, waits[1], Node(id="add", type="add_to_watchlist"))
    graph = Graph(nodes=(*first.nodes, *second.nodes[1:]), edges=(*first.edges, *second.edges))
    strategy = await running(books, graph)
    await evaluate(books, strategy, "schedule")
    async with database.write() as session:
        await session.execute(
            update(StrategyContinuation)
            .where(StrategyContinuation.strategy_id == strategy)
            .values(due_at=StrategyContinuation.due_at - timedelta(hours=1))
        )
    lost = await evaluate(books, strategy, "continuation")
    assert len(lost.order_ids) == 1
    again = await evaluate(books, strategy, "continuation", attempt=2)
    assert again.order_ids == lost.order_ids
