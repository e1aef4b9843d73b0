"""Drafts as short texts, so that a test says on one line what it expects."""

from domain.copilot.draft import Draft
from domain.copilot.draft_from_text import draft_from_text
from domain.graph.graph import Graph
from domain.strategy.settings import StrategySettings

LEAST_INTERVAL = 60


def draft(text: str, base: Graph | None = None, settings: StrategySettings | None = None) -> Draft:
    return draft_from_text(text, base, settings or StrategySettings(), LEAST_INTERVAL)


def graph_of(text: str, base: Graph | None = None) -> Graph:
    graph = draft(text, base).graph
    assert graph is not None, text
    return graph


def types(graph: Graph) -> list[str]:
    return [node.type for node in graph.nodes]


def config(graph: Graph, node_id: str) -> dict[str, object]:
    return next(node.config for node in graph.nodes if node.id == node_id)


def wires(graph: Graph) -> set[str]:
    """`condition.true>buy` for each edge."""
    return {f"{edge.source}.{edge.source_port}>{edge.target}" for edge in graph.edges}


def conditions(graph: Graph, node_id: str) -> list[str]:
    """`volume > 100000` for each plain comparison."""
    rules = config(graph, node_id)["conditions"]
    assert isinstance(rules, list)
    return [f"{rule['metric']} {rule['op']} {rule['value']}" for rule in rules]
