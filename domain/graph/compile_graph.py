"""A graph made ready to evaluate: order fixed, settings parsed, rules compiled. Immutable, so it can be cached."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.errors import InvalidGraph
from domain.graph.graph import Graph
from domain.graph.nodes.catalogue import CATALOGUE
from domain.graph.nodes.node_type import Evaluate, NodeType
from domain.graph.port_kinds import Wire, resolve_kinds
from domain.graph.ports import PortKind
from domain.graph.topology import topological_order
from domain.graph.validate_graph import validate_graph


@dataclass(frozen=True, slots=True)
class Incoming:
    """One edge into a node: from the output port of the compiled node with index `source`."""

    source: int
    port: str
    carries_items: bool


@dataclass(frozen=True, slots=True)
class CompiledNode:
    """One node. `rule` is its settings in words; `root` nodes begin every execution."""

    id: str
    type: NodeType[Any]
    title: str
    rule: str
    evaluate: Evaluate
    incoming: tuple[Incoming, ...]
    connected: frozenset[str]
    output_kinds: Mapping[str, PortKind]
    root: bool


@dataclass(frozen=True, slots=True)
class CompiledGraph:
    """Nodes in an order in which each comes after all that lead to it, otherwise as drawn."""

    nodes: tuple[CompiledNode, ...]
    place: Mapping[str, int]
    """Index in `nodes` by node id."""


def compile_graph(graph: Graph) -> CompiledGraph:
    """Raises InvalidGraph, with the first sentence of validation, for a graph that has errors."""
    for problem in validate_graph(graph):
        if problem.severity == "error":
            raise InvalidGraph(problem.message)
    index_of = {node.id: index for index, node in enumerate(graph.nodes)}
    types = {index: CATALOGUE[node.type, node.type_version] for index, node in enumerate(graph.nodes)}
    wires = [
        Wire(number, index_of[edge.source], edge.source_port, index_of[edge.target], edge.target_port)
        for number, edge in enumerate(graph.edges)
    ]
    order = topological_order(len(graph.nodes), [(wire.source, wire.target) for wire in wires])
    kinds = resolve_kinds(order, types, wires)
    new_index = {index: place for place, index in enumerate(order)}
    nodes = tuple(_compile_node(graph, index, types[index], wires, kinds, new_index) for index in order)
    place = MappingProxyType({node.id: index for index, node in enumerate(nodes)})
    return CompiledGraph(nodes=nodes, place=place)


def _compile_node(
    graph: Graph,
    index: int,
    node_type: NodeType[Any],
    wires: list[Wire],
    kinds: Mapping[int, Mapping[str, PortKind]],
    new_index: Mapping[int, int],
) -> CompiledNode:
    node = graph.nodes[index]
    config = node_type.config.model_validate(node.config)
    incoming = tuple(
        Incoming(new_index[wire.source], wire.source_port, _carries_items(wire, node_type, kinds))
        for wire in wires
        if wire.target == index
    )
    return CompiledNode(
        id=node.id,
        type=node_type,
        title=node.name or node_type.title,
        rule=node_type.rule(config),
        evaluate=node_type.prepare(config),
        incoming=incoming,
        connected=frozenset(wire.source_port for wire in wires if wire.source == index),
        output_kinds=MappingProxyType(dict(kinds[index])),
        root=not incoming,
    )


def _carries_items(wire: Wire, node_type: NodeType[Any], kinds: Mapping[int, Mapping[str, PortKind]]) -> bool:
    """Items stop at a control input: it only learns that they came."""
    port = node_type.input(wire.target_port)
    into_control = port is not None and port.kind is PortKind.CONTROL
    return kinds[wire.source][wire.source_port] is PortKind.MARKETS and not into_control
