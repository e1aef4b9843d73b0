"""Strategies with formulas on real books: results are evidence, bombs and a missing engine harm only their own."""

import asyncio
import zlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationActivities
from api.temporal_gateway import TemporalGateway
from contracts.evaluation import Evaluate, Evaluated
from db.models import Strategy, StrategyExecution, StrategyWatchlist
from db.repositories.evidence import read_evidence
from db.session import Database
from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.market.answers import MarketsAnswer
from domain.strategy.decision import Situation
from domain.strategy.requests import Answer, FormulasAnswer, FormulasRequest, Request, WatchlistAnswer
from domain.strategy.run_decision import run_decision
from formulas.engine import FormulaEngine
from launcher.temporal_server import EmbeddedTemporal
from tests.engine import Engine, running_engine
from tests.fixed_markets import FixedMarkets, a_market


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def books(database: Database) -> Engine:
    """The engine's books without Temporal: the activity is called directly."""
    gateway = TemporalGateway(
        address="127.0.0.1:1",
        namespace="default",
        task_queue="none",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )
    markets = [a_market(f"m{number}", price=f"0.{number}1") for number in range(1, 9)]
    return Engine(database, gateway, FixedMarkets(*markets), None, "none")  # type: ignore[arg-type]


def graph_of(formula: str) -> Graph:
    graph = parse_graph(
        {
            "nodes": [
                {"id": "s", "type": "stream_markets"},
                {"id": "f", "type": "formula", "config": {"formula": formula}},
                {"id": "a", "type": "add_to_watchlist"},
            ],
            "edges": [
                {"source": "s", "source_port": "out", "target": "f", "target_port": "in"},
                {"source": "f", "source_port": "true", "target": "a", "target_port": "in"},
            ],
        }
    )
    assert isinstance(graph, Graph), graph
    return graph


async def wanted(books: Engine, formula: str) -> UUID:
    strategy = await books.create(graph_of(formula))
    async with books.database.write() as session:
        await session.execute(
            update(Strategy).where(Strategy.id == strategy).values(desired_state="running", run_seq=1)
        )
    return strategy


async def evaluated(books: Engine, strategy: UUID, engine: FormulaEngine | None) -> Evaluated:
    activities = EvaluationActivities(books.database, books.markets, "sandbox", utc_now, engine)
    now = utc_now()
    request = Evaluate(
        strategy_id=strategy, run_seq=1, number=1, trigger="schedule", scheduled_for=now, at=now
    )
    return await ActivityEnvironment().run(activities.evaluate, request)


async def execution(books: Engine, strategy: UUID) -> Any:
    (row,) = await books.rows(StrategyExecution, strategy)
    return row


def verdicts(row: Any) -> dict[str, str]:
    node = next(node for node in row.nodes if node["node_id"] == "f")
    return {verdict["market_id"]: verdict["sentence"] for verdict in node["verdicts"]}


async def test_markets_for_which_a_formula_is_true_go_on(books: Engine, engine: FormulaEngine) -> None:
    strategy = await wanted(books, "price > 0.5 and momentum_1h > 0.05")
    assert (await evaluated(books, strategy, engine)).outcome == "succeeded"
    watched = {row.market_id for row in await books.rows(StrategyWatchlist, strategy)}
    assert watched == {"m5", "m6", "m7", "m8"}
    said = verdicts(await execution(books, strategy))
    assert said["m1"].startswith("the formula is false: price 0.11")


async def test_a_replay_of_stored_evidence_needs_no_engine(books: Engine, engine: FormulaEngine) -> None:
    formula = "n = price * 10; n % 2 > 1 ? n > 3 : sum(1:1e9)"
    strategy = await wanted(books, formula)
    await evaluated(books, strategy, engine)
    row = await execution(books, strategy)
    assert "the formula took too long" in verdicts(row).values()
    async with books.database.read() as session:
        day = row.started_at.date()
        bodies = await read_evidence(session, day, [kept["answer"] for kept in row.evidence])
    kinds: dict[str, Any] = {
        "markets": MarketsAnswer,
        "formulas": FormulasAnswer,
        "watchlist": WatchlistAnswer,
    }
    recorded = [
        (
            kept["request"],
            kinds[kept["request"]["kind"]].model_validate_json(zlib.decompress(bodies[kept["answer"]])),
        )
        for kept in row.evidence
    ]
    assert any(isinstance(answer, FormulasAnswer) for _, answer in recorded)

    def answer(request: Request) -> Answer:
        asked, given = recorded.pop(0)
        assert request.model_dump(mode="json") == asked
        replayed: Answer = given
        return replayed

    situation = Situation(strategy_id=strategy, number=1, step=0, now=row.started_at)
    decision, evidence = run_decision(compile_graph(graph_of(formula)), situation, answer)
    assert recorded == []
    assert any(isinstance(asked, FormulasRequest) for asked, _ in evidence)
    stored = [
        {key: value for key, value in node.items() if key not in ("duration_ms", "error")}
        for node in row.nodes
    ]
    assert [node.model_dump(mode="json") for node in decision.nodes] == stored


async def test_a_bombing_formula_stops_its_markets_and_nobody_else(
    books: Engine, engine: FormulaEngine
) -> None:
    bombing = await wanted(books, "ones(20000, 20000)[1, 1] > price")
    honest = [await wanted(books, f"price > 0.5 and {number} >= 0") for number in range(3)]
    answers = await asyncio.gather(*(evaluated(books, strategy, engine) for strategy in (bombing, *honest)))
    assert {answer.outcome for answer in answers} == {"succeeded"}
    said = set(verdicts(await execution(books, bombing)).values())
    assert said <= {
        "the formula took too long",
        "the formula needs too much memory",
        "the formula used up its time for this execution",
    }
    assert await books.rows(StrategyWatchlist, bombing) == []
    for strategy in honest:
        assert len(await books.rows(StrategyWatchlist, strategy)) == 4


async def test_without_an_engine_only_executions_with_formulas_fail(books: Engine) -> None:
    strategy = await wanted(books, "price > 0.5")
    answer = await evaluated(books, strategy, None)
    assert (answer.outcome, answer.degraded_reason) == ("failed", "no formula engine runs here")
    row = await execution(books, strategy)
    assert (row.error_kind, row.error_message) == ("formulas", "no formula engine runs here")


async def test_a_missing_engine_never_sends_a_strategy_to_error(books: Engine) -> None:
    strategy = await wanted(books, "price > 0.5")
    async with books.database.write() as session:
        await session.execute(update(Strategy).where(Strategy.id == strategy).values(error_after=1))
    assert (await evaluated(books, strategy, None)).give_up_reason is None
    stored = await books.row(strategy)
    assert (stored.consecutive_failures, stored.degraded_reason) == (0, "no formula engine runs here")


async def test_a_running_strategy_computes_its_formula_and_a_bombing_one_beside_it_runs_on(
    database: Database, temporal: EmbeddedTemporal, engine: FormulaEngine
) -> None:
    markets = FixedMarkets(a_market("low", price="0.20"), a_market("high", price="0.80"))
    async with running_engine(database, temporal.address, markets, formulas=engine) as running:
        bombing = await running.create(graph_of("f(x) = f(x + 1) + 1; f(price) > 0"))
        honest = await running.create(graph_of("price > 0.5"))
        for strategy in (bombing, honest):
            await running.start(strategy)
        for strategy in (bombing, honest):
            (first,) = await running.executed(strategy, 1, within=60)
            assert first.status == "succeeded"
        assert [row.market_id for row in await running.rows(StrategyWatchlist, honest)] == ["high"]
        assert await running.rows(StrategyWatchlist, bombing) == []
        for strategy in (bombing, honest):
            await running.stop(strategy)
            await running.has_status(strategy, "stopped")
