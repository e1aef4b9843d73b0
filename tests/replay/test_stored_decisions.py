"""Every decision of a day on the sandbox is made again, byte for byte, from nothing but what the books kept of it."""

import zlib
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.models import StrategyContinuation, StrategyExecution, StrategyVersion
from db.repositories.evidence import read_evidence
from db.session import Database
from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Graph
from domain.strategy.decision import CarriedItem, Decision, EntryPoint, Situation
from domain.strategy.run_decision import answers_from, run_decision
from domain.strategy.stored_evidence import evidence_from
from domain.templates.catalogue import ALL
from domain.templates.drawing import Drawing
from formulas.engine import FormulaEngine
from tests.formulas.conftest import mathjs_bundle
from tests.replay.sandbox_run import Place, sandbox_run
from tests.scenario.examples import requirement_graphs

LEAP, APART = timedelta(hours=2), timedelta(seconds=5)
"""Executions close together share answers, as those of many strategies do; then hours pass."""


def judged_by_formula() -> Graph:
    formula = "volume_24h / volume > 0.01 and (momentum_1h > 0.01 or random() > 0.9) and price < 0.9"
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"tag": "politics", "limit": 30})
        .node("judge", "formula", (1, 0), {"formula": formula})
        .node("wait", "wait", (2, 0), {"minutes": 90})
        .node("held", "position_held", (3, 0))
        .node("buy", "execute_trade", (4, 0), {"outcome": "Yes", "amount": "10"})
        .node("add", "add_to_watchlist", (5, 0))
        .edge("stream", "judge")
        .edge("judge", "wait", "true")
        .edge("wait", "held")
        .edge("held", "buy", "false")
        .edge("buy", "add", "placed")
        .graph()
    )


def graphs() -> list[Graph]:
    return [
        *(known.build(known.parameters()) for known in ALL),
        requirement_graphs.watchlist_builder(),
        requirement_graphs.politics_momentum_bot(),
        judged_by_formula(),
    ]


async def replayed(database: Database, row: StrategyExecution) -> Decision:
    """From the books alone: version, continuation, evidence."""
    async with database.read() as session:
        version = await session.get_one(StrategyVersion, row.version_id)
        waiting = await session.scalar(
            select(StrategyContinuation).where(
                StrategyContinuation.strategy_id == row.strategy_id,
                StrategyContinuation.number == row.number,
                StrategyContinuation.step == row.step,
            )
        )
        packed = await read_evidence(session, row.started_at.date(), _digests(row))
    entry = EntryPoint()
    if row.step > 0:
        assert waiting is not None
        items = tuple(CarriedItem.model_validate(item) for item in waiting.items)
        entry = EntryPoint(node_id=waiting.node_id, port=waiting.port, items=items)
    situation = Situation(
        strategy_id=row.strategy_id, number=row.number, step=row.step, now=row.started_at, entry=entry
    )
    bodies = {digest: zlib.decompress(body) for digest, body in packed.items()}
    recorded = evidence_from(row.evidence, bodies)
    graph = compile_graph(Graph.model_validate(version.graph))
    decision, asked = run_decision(graph, situation, answers_from(recorded))
    assert len(asked) == len(recorded), "all that was seen is seen again"
    return decision


def _digests(row: StrategyExecution) -> list[str]:
    answers: list[Any] = [kept["answer"] for kept in row.evidence]
    return [
        digest
        for answer in answers
        for digest in (answer.values() if isinstance(answer, dict) else (answer,))
    ]


async def day(
    database: Database, watch: pytest.MonkeyPatch, leaps: int, at_a_time: int
) -> dict[Place, bytes]:
    """Every decision as it was made; what the books kept of them is in the database."""
    formulas = FormulaEngine(mathjs_bundle())
    async with sandbox_run(database, formulas, watch) as run:
        strategies: list[UUID] = [await run.create(graph) for graph in graphs()]
        for number in range(1, leaps * at_a_time + 1):
            for strategy in strategies:
                await run.execute(strategy, number)
            await run.pass_time(LEAP if number % at_a_time == 0 else APART)
    await formulas.stop()
    return run.decided


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_every_decision_of_a_sandbox_run_is_replayed_byte_for_byte(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = await day(own_database, monkeypatch, leaps=2, at_a_time=2)
    assert len(decided) >= 60
    await all_are_decided_again(own_database, decided)


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_every_decision_of_a_week_on_the_sandbox_is_replayed_byte_for_byte(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided = await day(own_database, monkeypatch, leaps=84, at_a_time=4)
    assert len(decided) >= 3000
    await all_are_decided_again(own_database, decided)


async def all_are_decided_again(own_database: Database, decided: dict[Place, bytes]) -> None:
    async with own_database.read() as session:
        rows = list(await session.scalars(select(StrategyExecution)))
    assert {(row.strategy_id, row.number, row.step) for row in rows} == decided.keys()
    asked = Counter(kept["request"]["kind"] for row in rows for kept in row.evidence)
    assert len(asked) >= 8, f"books, histories, trades, formulas and the rest: {asked}"
    assert sum(row.step > 0 for row in rows) > 10, "continuations too"
    effects = Counter[str]()
    for row in rows:
        assert row.status == "succeeded", row.error_message
        decision = await replayed(own_database, row)
        assert decision.model_dump_json().encode() == decided[row.strategy_id, row.number, row.step]
        effects.update(effect.kind for effect in decision.effects)
        stored = [
            {key: value for key, value in node.items() if key not in ("duration_ms", "error")}
            for node in row.nodes
        ]
        assert [node.model_dump(mode="json") for node in decision.nodes] == stored
    assert effects.keys() >= {"add_to_watchlist", "remove_from_watchlist", "order_intent", "notify"}
