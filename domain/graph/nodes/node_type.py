"""What a node type is. A new one is one file with a NodeType and a line in the catalogue."""

import builtins
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.graph.config_field import Config
from domain.graph.item import Item
from domain.graph.nodes.scope import Scope
from domain.graph.ports import InputPort, OutputPort, PortKind
from domain.strategy.decision import Deferral, Effect
from domain.strategy.requests import Answer, Request

C = TypeVar("C", bound=Config)


Why = str | Callable[[], str]
"""A sentence, or how to make it: most sentences are never read, so they are made late."""


class Group(StrEnum):
    DATA = "Data"
    CONDITION = "Condition"
    ACTION = "Action"
    TIME = "Time"
    FLOW = "Flow"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: left by `port`, stopped (None), or waits here (`pending`)."""

    item: Item
    port: str | None
    why: Why
    pending: bool = False

    @property
    def sentence(self) -> str:
        return self.why if isinstance(self.why, str) else self.why()


@dataclass(frozen=True, slots=True)
class NodeInput:
    """What reached a node: items in order, each market once.

    No items: the node was only reached. `connected` names the output ports with an edge behind.
    `why(market_id)` says in one sentence why the item came here, empty when that is not known.
    """

    node_id: str
    items: tuple[Item, ...]
    connected: frozenset[str]
    why: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What a node did. Items leave by the ports of their outcomes; `control` names control ports that fire."""

    outcomes: Sequence[Outcome] = ()
    control: frozenset[str] = frozenset()
    effects: Sequence[Effect] = ()
    deferrals: Sequence[Deferral] = ()
    items_in: int | None = None
    """Given only where it is not the number of items that came in."""


Work = Generator[Request, Answer, NodeResult]
Evaluate = Callable[[NodeInput, Scope], Work]


@dataclass(frozen=True, slots=True)
class NodeType(Generic[C]):
    """One node type. `prepare` is called once per graph version; what it returns once per evaluation.

    A changed meaning is a new version: stored executions name the version that made them.
    """

    type: str
    title: str
    group: Group
    description: str
    config: builtins.type[C]
    rule: Callable[[C], str]
    """The settings in words."""
    prepare: Callable[[C], Evaluate]
    inputs: tuple[InputPort, ...] = ()
    outputs: tuple[OutputPort, ...] = ()
    version: int = 1
    effects: bool = False
    """Whether it changes anything outside the evaluation."""

    def input(self, name: str) -> InputPort | None:
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> OutputPort | None:
        return next((port for port in self.outputs if port.name == name), None)

    def port_words(self, name: str) -> str:
        """An output port as a sentence names it."""
        port = self.output(name)
        return port.title.lower() if port is not None else name

    def describe(self) -> dict[str, Any]:
        """JSON-able, all that an editor needs to draw and fill in the node."""
        return {
            "type": self.type,
            "version": self.version,
            "title": self.title,
            "group": self.group.value,
            "description": self.description,
            "effects": self.effects,
            "config_schema": self.config.model_json_schema(),
            "inputs": [
                {"name": port.name, "title": port.title, "kind": port.kind.value, "required": port.required}
                for port in self.inputs
            ],
            "outputs": [
                {
                    "name": port.name,
                    "title": port.title,
                    "kind": port.kind.value,
                    "description": port.description,
                }
                for port in self.outputs
            ],
        }


MARKETS_IN = InputPort("in", "Markets", PortKind.MARKETS)
CONTROL_IN = InputPort("in", "When", PortKind.CONTROL, required=False)
