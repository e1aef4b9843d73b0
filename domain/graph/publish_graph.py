"""Whether a graph may run: sound, and nothing in it that only a later order engine can carry out."""

from collections.abc import Iterator

from pydantic import ValidationError

from domain.graph.graph import Graph, Node
from domain.graph.nodes.catalogue import CATALOGUE
from domain.graph.problem import GraphProblem
from domain.graph.validate_graph import node_words, validate_graph

NEEDS_ORDER_ENGINE = "needs_order_engine"


def publish_problems(graph: Graph) -> tuple[GraphProblem, ...]:
    """All of validate_graph, and an error `needs_order_engine` for each node that is drawn right but cannot act yet."""
    return (
        *validate_graph(graph),
        *(problem for node in graph.nodes for problem in _not_yet(node)),
    )


def _not_yet(node: Node) -> Iterator[GraphProblem]:
    node_type = CATALOGUE.get((node.type, node.type_version))
    if node_type is None:
        return
    try:
        config = node_type.config.model_validate(node.config)
    except (ValidationError, RecursionError):
        return
    missing = node_type.needs_order_engine(config)
    if missing is not None:
        yield GraphProblem(
            node_id=node.id,
            code=NEEDS_ORDER_ENGINE,
            message=f"{node_words(node)} cannot be published yet: the order engine is needed for {missing}. "
            "It may stay in a draft.",
        )
