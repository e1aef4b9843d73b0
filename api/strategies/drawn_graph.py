"""The graph a person sent or chose a template for: checked, or refused with every fault by node id."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.problem import ApiProblem, ProblemItem
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.graph.problem import GraphProblem
from domain.graph.validate_graph import validate_graph

PROBLEMS_SHOWN = 50


@dataclass(frozen=True)
class DrawnGraph:
    """JSON of a graph that can run. `interval_seconds` is the template's suggestion."""

    graph: dict[str, Any]
    template_id: str | None = None
    parameters: dict[str, Any] | None = None
    interval_seconds: int | None = None


def graph_json(graph: Graph) -> dict[str, Any]:
    return graph.model_dump(mode="json", exclude_none=True)


def from_graph(raw: dict[str, Any]) -> DrawnGraph:
    """Raises ApiProblem invalid_graph."""
    parsed = parse_graph(raw)
    if not isinstance(parsed, Graph):
        raise _refused(parsed)
    faults = [problem for problem in validate_graph(parsed) if problem.severity == "error"]
    if faults:
        raise _refused(faults)
    return DrawnGraph(graph=graph_json(parsed))


def _refused(problems: Iterable[GraphProblem]) -> ApiProblem:
    items = [
        ProblemItem(
            node_id=problem.node_id,
            edge_index=problem.edge_index,
            field=problem.field,
            code=problem.code,
            message=problem.message,
        )
        for problem in problems
    ]
    more = f" ({len(items)} problems)" if len(items) > 1 else ""
    return ApiProblem(
        422,
        "invalid_graph",
        f"The graph cannot run: {items[0].message}{more}",
        errors=items[:PROBLEMS_SHOWN],
    )
