"""What words became: a graph to look at, and an honest account of what was made of which words."""

from dataclasses import dataclass

from domain.graph.graph import Graph
from domain.strategy.settings import StrategySettings


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of the text; `offset` counts characters from 0."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A piece of the text, and the nodes and settings (names of StrategySettings) it made or changed."""

    fragment: Fragment
    node_ids: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A piece of the text that changed nothing, and why."""

    fragment: Fragment
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`graph` is None while there is nothing to draw. Every assumption is one sentence."""

    graph: Graph | None
    settings: StrategySettings
    name: str
    understood: tuple[Understood, ...]
    not_understood: tuple[NotUnderstood, ...]
    assumptions: tuple[str, ...]
