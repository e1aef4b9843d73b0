"""A graph in plain words: one line for each node, from its settings."""

from collections.abc import Iterator

from pydantic import ValidationError

from domain.graph.graph import Graph, Node
from domain.graph.nodes.catalogue import CATALOGUE
from domain.graph.words import bounded

SILENT = ("start", "end")


def explain_graph(graph: Graph) -> str:
    """`Filter: volume above 100,000`, line by line in the order of the nodes; nodes that make no sense are left out."""
    return "\n".join(line for node in graph.nodes for line in _line(node))


def _line(node: Node) -> Iterator[str]:
    node_type = CATALOGUE.get((node.type, node.type_version))
    if node_type is None or node.type in SILENT:
        return
    try:
        rule = node_type.rule(node_type.config.model_validate(node.config))
    except (ValidationError, RecursionError):
        return
    yield bounded(f"{node.name or node_type.title}: {rule}")
