"""The part of validation that looks at edges: ends, ports, kinds, loops, and what can never be reached."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.graph.graph import Edge, Graph
from domain.graph.nodes.node_type import NodeType
from domain.graph.port_kinds import Wire, resolve_kinds
from domain.graph.ports import PortKind
from domain.graph.problem import GraphProblem
from domain.graph.topology import find_loops, reachable_from, topological_order
from domain.graph.words import joined, quoted

Types = Mapping[int, NodeType[Any]]


@dataclass(frozen=True, slots=True)
class EndFault:
    """Why one end of an edge does not fit."""

    code: str
    said: str


def edge_problems(graph: Graph, types: Types) -> Iterator[GraphProblem]:
    """`types`: node types by index of the node, without unknown ones."""
    place = {node.id: index for index, node in reversed(list(enumerate(graph.nodes)))}
    wires: list[Wire] = []
    links: list[tuple[int, int]] = []
    doubtful: set[int] = set()
    seen: dict[tuple[str, str, str, str], int] = {}
    for index, edge in enumerate(graph.edges):
        key = (edge.source, edge.source_port, edge.target, edge.target_port)
        if key in seen:
            said = f"is the same as edge {seen[key] + 1}; remove one"
            yield _problem(index, edge, "duplicate_edge", said)
            continue
        seen[key] = index
        faults = list(_end_faults(edge, place, types))
        yield from (_problem(index, edge, fault.code, fault.said) for fault in faults)
        source, target = place.get(edge.source), place.get(edge.target)
        if source is not None and target is not None:
            links.append((source, target))
        elif target is not None:
            doubtful.add(target)
        if source is not None and target is not None and not faults and source in types and target in types:
            wires.append(Wire(index, source, edge.source_port, target, edge.target_port))
    yield from _loops(graph, links)
    yield from _kinds(graph, types, wires)
    yield from _unconnected(graph, types)
    yield from _unreachable(graph, types, links, doubtful)


def _problem(index: int, edge: Edge, code: str, said: str) -> GraphProblem:
    return GraphProblem(
        edge_index=index,
        code=code,
        message=f"Edge {index + 1} from {quoted(edge.source)} to {quoted(edge.target)} {said}.",
    )


def _end_faults(edge: Edge, place: Mapping[str, int], types: Types) -> Iterator[EndFault]:
    source, target = place.get(edge.source), place.get(edge.target)
    if source is None:
        yield EndFault(
            "edge_from_missing_node",
            f"begins at a node that does not exist; there is no {quoted(edge.source)}",
        )
    elif source in types and types[source].output(edge.source_port) is None:
        names = [port.name for port in types[source].outputs]
        hint = f"use {joined(names, 'or')}" if names else "nothing can be connected behind it"
        yield EndFault(
            "edge_from_missing_port",
            f"leaves by {quoted(edge.source_port)}, which {types[source].title} does not have; {hint}",
        )
    if target is None:
        yield EndFault(
            "edge_to_missing_node", f"ends at a node that does not exist; there is no {quoted(edge.target)}"
        )
    elif target in types and types[target].input(edge.target_port) is None:
        names = [port.name for port in types[target].inputs]
        hint = f"use {joined(names, 'or')}" if names else "nothing can be connected before it"
        yield EndFault(
            "edge_to_missing_port",
            f"arrives at {quoted(edge.target_port)}, which {types[target].title} does not have; {hint}",
        )


def _loops(graph: Graph, links: Sequence[tuple[int, int]]) -> Iterator[GraphProblem]:
    for loop in find_loops(len(graph.nodes), links):
        ids = [graph.nodes[index].id for index in loop]
        shown = [*ids[:8], "…"] if len(ids) > 8 else ids
        yield GraphProblem(
            node_id=ids[0],
            code="loop",
            message=f"The nodes {' → '.join([*shown, ids[0]])} form a loop; remove one of these edges.",
        )


def _kinds(graph: Graph, types: Types, wires: Sequence[Wire]) -> Iterator[GraphProblem]:
    order = topological_order(len(graph.nodes), [(wire.source, wire.target) for wire in wires])
    kinds = resolve_kinds(order, types, wires)
    following: dict[int, set[PortKind]] = {}
    for wire in wires:
        kind = kinds.get(wire.source, {}).get(wire.source_port)
        port = types[wire.target].input(wire.target_port)
        if kind is None or port is None:
            continue
        edge, target = graph.edges[wire.edge_index], types[wire.target]
        if not port.accepts(kind):
            before = types[wire.source].title
            yield _problem(
                wire.edge_index,
                edge,
                "wrong_kind",
                f"carries no markets: {before} only says that it was reached; "
                f"put Stream Markets or Monitor Watchlist before {target.title}",
            )
        if any(output.kind is PortKind.ANY for output in target.outputs):
            following.setdefault(wire.target, set()).add(kind)
    for index, arriving in following.items():
        if len(arriving) > 1:
            node, title = graph.nodes[index], types[index].title
            yield GraphProblem(
                node_id=node.id,
                code="mixed_kinds",
                message=f"{title} ({node.id}) gets markets by one edge and none by another; use two {title} nodes.",
            )


def _unconnected(graph: Graph, types: Types) -> Iterator[GraphProblem]:
    connected = {(edge.target, edge.target_port) for edge in graph.edges}
    for index, node_type in types.items():
        node = graph.nodes[index]
        for port in node_type.inputs:
            if port.required and (node.id, port.name) not in connected:
                yield GraphProblem(
                    node_id=node.id,
                    code="input_unconnected",
                    message=f"{node_type.title} ({node.id}) has nothing connected to {quoted(port.title)}; "
                    "draw an edge to it or remove the node.",
                )


def _unreachable(
    graph: Graph, types: Types, links: Sequence[tuple[int, int]], doubtful: set[int]
) -> Iterator[GraphProblem]:
    """Nodes behind a loop or behind a node that nothing leads to. Behind a broken edge nothing is said twice."""
    entered = {target for _, target in links}
    lonely = {index for index in range(len(graph.nodes)) if index not in entered}
    starved = {
        index
        for index in lonely
        if index not in doubtful and index in types and any(port.required for port in types[index].inputs)
    }
    reached = reachable_from((lonely - starved) | doubtful, links)
    looping = {index for loop in find_loops(len(graph.nodes), links) for index in loop}
    for index, node in enumerate(graph.nodes):
        if index not in reached and index not in starved and index not in looping:
            title = types[index].title if index in types else "Node"
            yield GraphProblem(
                node_id=node.id,
                code="unreachable",
                message=f"{title} ({node.id}) can never be reached: nothing that leads to it begins at a "
                "Start, Stream Markets or Monitor Watchlist.",
            )
