"""The tools of the model: they look, and nothing else."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic_ai import RunContext

from copilot.ports import Workbench
from copilot.written_draft import Wish
from domain.errors import InvalidValue
from domain.graph.graph import Graph
from domain.graph.nodes.catalogue import NODE_TYPES, describe
from domain.graph.parse_graph import parse_graph
from domain.graph.problem import GraphProblem
from domain.graph.words import bounded
from domain.market.query import MarketQuery
from domain.money import exact

PROBLEMS_TOLD = 20
MARKETS_MOST = 20
TYPES_MOST = 8
ANSWER_MAX = 24_000
TEXT_MAX = 120


@dataclass
class Desk:
    """What belongs to one draft. `problems`: of the last graph that was refused."""

    wish: Wish
    workbench: Workbench
    problems: tuple[GraphProblem, ...] = field(default=())


Run = RunContext[Desk]


async def node_types(names: list[str]) -> dict[str, Any]:
    """Settings (JSON Schema) and ports of node types, newest version of each.

    Args:
        names: Types such as "filter" or "execute_trade", up to 8 at once.
    """
    known = {entry["type"]: entry for entry in describe() if entry["latest"]}
    wanted = [name for name in dict.fromkeys(names[:TYPES_MOST]) if name in known]
    if not wanted:
        return {"error": f"Unknown types; there are: {', '.join(dict.fromkeys(t.type for t in NODE_TYPES))}."}
    return {"types": [known[name] for name in wanted]}


async def check_graph(run: Run, graph: dict[str, Any]) -> dict[str, Any]:
    """Says everything that is wrong with a graph; nothing is wrong when the list is empty.

    Args:
        graph: {"nodes": [{"id", "type", "type_version", "config"}], "edges": [{"source", "source_port", "target"}]}
    """
    return {"problems": told(await problems_of(run.deps, graph))}


async def find_markets(
    run: Run,
    tag: str | None = None,
    text: str | None = None,
    volume_min: str | None = None,
    limit: int = 10,
) -> dict[str, Any]:
    """Open markets of now, highest volume first.

    Args:
        tag: Category or tag, such as politics.
        text: Words that must all occur in the question.
        volume_min: Least volume in USDC, as decimal text.
        limit: How many, up to 20.
    """
    try:
        least = exact(volume_min[:40]) if volume_min else None
    except InvalidValue:
        return {"error": 'volume_min must be a number written as text, such as "100000".'}
    query = MarketQuery(
        tag=tag[:TEXT_MAX] if tag else None,
        text=text[:TEXT_MAX] if text else None,
        volume_min=max(least, Decimal(0)) if least is not None else None,
        limit=min(max(limit, 1), MARKETS_MOST),
    )
    return await run.deps.workbench.find_markets(query)


async def dry_run(run: Run, graph: dict[str, Any]) -> dict[str, Any]:
    """What the graph would do on the markets of now: how many came into and out of every node, and the first effects.

    Args:
        graph: As for check_graph.
    """
    parsed = parse_graph(graph)
    if not isinstance(parsed, Graph):
        return {"problems": told(parsed)}
    answer = await run.deps.workbench.dry_run(parsed)
    if len(json.dumps(answer)) > ANSWER_MAX:
        return {"error": "The answer is too long; try a graph with fewer nodes."}
    return answer


async def problems_of(desk: Desk, raw: object) -> tuple[GraphProblem, ...]:
    """What is wrong with a graph, whatever it is."""
    parsed = parse_graph(raw)
    if not isinstance(parsed, Graph):
        return parsed
    return tuple(await desk.workbench.problems(parsed))


def told(problems: tuple[GraphProblem, ...]) -> list[dict[str, Any]]:
    """Problems as the model gets them."""
    return [
        {**problem.model_dump(exclude_none=True), "message": bounded(problem.message)}
        for problem in problems[:PROBLEMS_TOLD]
    ]
