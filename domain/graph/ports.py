"""Ports: named ends of edges, each of one kind."""

from dataclasses import dataclass
from enum import StrEnum


class PortKind(StrEnum):
    """What an edge carries: the mere fact that a node was reached, or items. ANY on an output follows the inputs."""

    CONTROL = "control"
    MARKETS = "markets"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class InputPort:
    """An input. A control input also takes items and means then: at least one item arrived."""

    name: str
    title: str
    kind: PortKind
    required: bool = True

    def accepts(self, arriving: PortKind) -> bool:
        return self.kind is not PortKind.MARKETS or arriving is PortKind.MARKETS


@dataclass(frozen=True, slots=True)
class OutputPort:
    name: str
    title: str
    kind: PortKind
    description: str
