"""Which exits a graph attaches to what it buys."""

from domain.graph.graph import Graph
from domain.graph.nodes.attached_exits import AttachedExits, exit_rules
from domain.graph.nodes.catalogue import CATALOGUE
from domain.portfolio.exit_rule import ExitRule

BUYS = "execute_trade"


def attached_rules(graph: Graph) -> dict[str, tuple[ExitRule, ...]]:
    """By id of each node that buys; none for a node that attaches nothing. The graph was checked before."""
    found: dict[str, tuple[ExitRule, ...]] = {}
    for node in graph.nodes:
        if node.type == BUYS:
            config = CATALOGUE[node.type, node.type_version].config.model_validate(node.config)
            found[node.id] = exit_rules(config) if isinstance(config, AttachedExits) else ()
    return found
