"""Garbage that was forced into the books as a published version harms its own strategy only, which says why."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db.models import StrategyExecution
from db.session import Database
from domain.graph.graph import Graph
from formulas.engine import FormulaEngine
from launcher.temporal_server import EmbeddedTemporal
from tests.api.garbage import GARBAGE, Broken, broken_graph
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.formulas.conftest import mathjs_bundle
from tests.workflows.graphs import watching

SEEDS = range(25)
WHOLE: tuple[Any, ...] = (
    None,
    [],
    {},
    7,
    "text",
    {"nodes": None},
    {"nodes": []},
    {"nodes": {}},
    {"nodes": [7], "edges": "x"},
)


def storable(graph: Any) -> bool:
    """What Postgres keeps as JSON at all."""
    written = json.dumps(graph)
    return not any(part in written for part in ("\\u0000", "\\ud800", "Infinity", "NaN", "1" + "0" * 40))


async def force(engine: Engine, strategy: UUID, column: str, value: Any) -> None:
    """Past all checks, as a damaged backup or a bad upgrade would."""
    async with engine.database.write() as session:
        await session.execute(
            text(
                f"UPDATE strategy_versions SET {column} = CAST(:value AS jsonb) WHERE strategy_id = :strategy"
            ),
            {"value": json.dumps(value), "strategy": strategy},
        )


async def test_garbage_as_a_published_version_fails_its_own_executions_and_no_others(
    database: Database, temporal: EmbeddedTemporal
) -> None:
    broken = [broken_graph(seed) for seed in SEEDS]
    broken = [each for each in broken if storable(each.graph)]
    broken += [Broken(graph, None) for graph in WHOLE]
    formulas = FormulaEngine(mathjs_bundle())
    markets = FixedMarkets(a_market("m1"), a_market("m2", price="0.60"))
    async with running_engine(database, temporal.address, markets, formulas=formulas) as engine:
        honest = await engine.create(watching(), interval_seconds=1)
        await engine.start(honest)
        strategies = {}
        for each in broken:
            strategy = await engine.create(watching())
            await force(engine, strategy, "graph", each.graph)
            strategies[strategy] = each
            await engine.start(strategy)
        failed = 0
        for strategy, each in strategies.items():
            (row, *_) = await engine.executed(strategy, 1, within=60)
            failed += row.status == "failed"
            if row.status == "failed":
                assert row.error_message, each
                assert row.error_kind == "node", each
                if each.inside:
                    assert any(node_id in row.error_message for node_id in each.inside), row.error_message
        assert failed >= len(strategies) / 2
        before = (await engine.row(honest)).last_number
        rows = await engine.executed(honest, before + 3, within=30)
        assert {row.status for row in rows} == {"succeeded"}
        for strategy in (honest, *strategies):
            await engine.stop(strategy)
    await formulas.stop()


async def test_garbage_as_settings_harms_no_worker(database: Database, temporal: EmbeddedTemporal) -> None:
    values = [
        value for value in (*GARBAGE, {"schedule": 7}, {"watchlist": {"cap": "many"}}) if storable(value)
    ]
    markets = FixedMarkets(a_market("m1"))
    async with running_engine(database, temporal.address, markets) as engine:
        honest = await engine.create(watching(), interval_seconds=1)
        await engine.start(honest)
        strategies = []
        for value in values[:30]:
            strategy = await engine.create(watching())
            await force(engine, strategy, "settings", value)
            strategies.append(strategy)
            await engine.start(strategy)
        for strategy in strategies:
            (row, *_) = await engine.executed(strategy, 1, within=60)
            assert row.status == "succeeded" or row.error_message
        before = (await engine.row(honest)).last_number
        await engine.executed(honest, before + 3, within=30)
        for strategy in (honest, *strategies):
            await engine.stop(strategy)


BOMBS = (
    "f(x) = f(x + 1) + 1; f(price) > 0",
    "sum(1:1e9) > price",
    "f(s, n) = n == 0 ? s : f(concat(s, s), n - 1); f('xxxxxxxxxxxxxxxxxxxx', 40) == 'x'",
)


def judging(formula: str) -> Graph:
    return Graph.model_validate(
        {
            "nodes": [
                {"id": "stream", "type": "stream_markets"},
                {"id": "judge", "type": "formula", "config": {"formula": formula}},
                {"id": "add", "type": "add_to_watchlist"},
            ],
            "edges": [
                {"source": "stream", "target": "judge"},
                {"source": "judge", "source_port": "true", "target": "add"},
            ],
        }
    )


async def test_formula_bombs_of_one_strategy_leave_the_others_on_time(
    database: Database, temporal: EmbeddedTemporal
) -> None:
    markets = FixedMarkets(*(a_market(f"m{index}", price=f"0.{index}5") for index in range(1, 9, 2)))
    formulas = FormulaEngine(mathjs_bundle())
    async with running_engine(database, temporal.address, markets, formulas=formulas) as engine:
        bombing = [await engine.create(judging(bomb), interval_seconds=5) for bomb in BOMBS]
        honest = [await engine.create(judging("price > 0.5"), interval_seconds=1) for _ in range(3)]
        plain = await engine.create(watching(), interval_seconds=1)
        for strategy in (*bombing, *honest, plain):
            await engine.start(strategy)
        for strategy, number in ((plain, 4), *((each, 2) for each in honest)):
            rows = await engine.executed(strategy, number, within=90)
            assert {row.status for row in rows} == {"succeeded"}
            assert all(row.on_time for row in rows)
        for strategy in honest:
            (watched,) = await _added(engine, strategy)
            assert watched == 2
        for strategy in bombing:
            (first, *_) = await engine.executed(strategy, 1, within=60)
            assert first.status == "succeeded", "its markets stop there, each with a sentence"
            (node,) = [node for node in first.nodes if node["node_id"] == "judge"]
            assert all(verdict["sentence"].startswith("the formula ") for verdict in node["verdicts"])
            assert node["items_out"]["true"] == 0
        for strategy in (*bombing, *honest, plain):
            await engine.stop(strategy)

        async def stopped() -> bool:
            return (await engine.row(plain)).status == "stopped"

        await eventually(stopped)
    await formulas.stop()


async def _added(engine: Engine, strategy: UUID) -> list[int]:
    """What the executions that added anything added."""
    rows = await engine.rows(StrategyExecution, strategy)
    return [row.watchlist_added for row in rows if row.watchlist_added]
