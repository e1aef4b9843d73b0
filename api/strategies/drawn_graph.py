"""The graph a person sent, and how its faults are told: each by node id."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.problem import ApiProblem, ProblemItem
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.graph.problem import GraphProblem
from domain.strategy.settings import WatchlistRules
from domain.templates.template import FORGETS

PROBLEMS_SHOWN = 50


@dataclass(frozen=True)
class DrawnGraph:
    """JSON of a graph. `interval_seconds` and `watchlist` are the template's suggestions."""

    graph: dict[str, Any]
    template_id: str | None = None
    parameters: dict[str, Any] | None = None
    interval_seconds: int | None = None
    watchlist: WatchlistRules = FORGETS


def graph_json(graph: Graph) -> dict[str, Any]:
    return graph.model_dump(mode="json", exclude_none=True)


def drawn_graph(raw: dict[str, Any]) -> DrawnGraph:
    """A graph of sound shape; whether it can run is another question. Raises ApiProblem invalid_graph."""
    parsed = parse_graph(raw)
    if not isinstance(parsed, Graph):
        raise _refused(parsed)
    return DrawnGraph(graph=graph_json(parsed))


def refuse_faults(problems: Iterable[GraphProblem]) -> None:
    """Raises ApiProblem invalid_graph when there is an error among them."""
    faults = [problem for problem in problems if problem.severity == "error"]
    if faults:
        raise _refused(faults)


def problem_items(problems: Iterable[GraphProblem]) -> list[ProblemItem]:
    return [
        ProblemItem(
            node_id=problem.node_id,
            edge_index=problem.edge_index,
            field=problem.field,
            code=problem.code,
            message=problem.message,
        )
        for problem in problems
    ]


def _refused(problems: Iterable[GraphProblem]) -> ApiProblem:
    items = problem_items(problems)
    more = f" ({len(items)} problems)" if len(items) > 1 else ""
    return ApiProblem(
        422,
        "invalid_graph",
        f"The graph cannot run: {items[0].message}{more}",
        errors=items[:PROBLEMS_SHOWN],
    )
