"""What each edge carries, where ports follow their inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.graph.nodes.node_type import NodeType
from domain.graph.ports import OutputPort, PortKind


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge whose nodes and ports all exist; `source` and `target` are node indices."""

    edge_index: int
    source: int
    source_port: str
    target: int
    target_port: str


def resolve_kinds(
    order: Sequence[int], types: Mapping[int, NodeType[Any]], wires: Sequence[Wire]
) -> dict[int, dict[str, PortKind]]:
    """Kind of every output port by node index, never ANY: a following port carries items if anything before it does."""
    incoming: dict[int, list[Wire]] = {}
    for wire in wires:
        incoming.setdefault(wire.target, []).append(wire)
    kinds: dict[int, dict[str, PortKind]] = {}
    for index in order:
        if index not in types:
            continue
        arriving = [kinds.get(wire.source, {}).get(wire.source_port) for wire in incoming.get(index, ())]
        following = PortKind.MARKETS if PortKind.MARKETS in arriving else PortKind.CONTROL
        kinds[index] = {port.name: _kind(port, following) for port in types[index].outputs}
    return kinds


def _kind(port: OutputPort, following: PortKind) -> PortKind:
    return following if port.kind is PortKind.ANY else port.kind
