"""What a model may look at while it writes a draft. Nothing here changes anything."""

from collections.abc import Sequence
from typing import Any, Protocol

from domain.graph.graph import Graph
from domain.graph.problem import GraphProblem
from domain.market.query import MarketQuery


class Workbench(Protocol):
    """Answers are JSON-able and bounded; what cannot be answered now is {"error": a sentence}."""

    async def problems(self, graph: Graph) -> Sequence[GraphProblem]:
        """All that stands in the way of publishing the graph."""
        ...

    async def find_markets(self, query: MarketQuery) -> dict[str, Any]:
        """Open markets of now, highest volume first."""
        ...

    async def dry_run(self, graph: Graph) -> dict[str, Any]:
        """What the graph would do on the markets of now; nothing is done."""
        ...
