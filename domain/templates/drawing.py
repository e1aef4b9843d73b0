"""Draws a graph node by node; positions are columns and rows of the editor's canvas."""

from typing import Any, Self

from domain.graph.graph import Edge, Graph, Node, Position

COLUMN_WIDTH = 280
ROW_HEIGHT = 150


class Drawing:
    """Collects nodes and edges; `graph()` gives the result."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []

    def node(
        self,
        node_id: str,
        type_name: str,
        at: tuple[int, int],
        config: dict[str, Any] | None = None,
        name: str = "",
        version: int = 1,
    ) -> Self:
        column, row = at
        position = Position(x=column * COLUMN_WIDTH, y=row * ROW_HEIGHT)
        self._nodes.append(
            Node(
                id=node_id,
                type=type_name,
                type_version=version,
                name=name,
                config=config or {},
                position=position,
            )
        )
        return self

    def edge(self, source: str, target: str, port: str = "out") -> Self:
        self._edges.append(Edge(source=source, source_port=port, target=target))
        return self

    def graph(self) -> Graph:
        return Graph(nodes=tuple(self._nodes), edges=tuple(self._edges))


def comparison(metric: str, op: str, value: str) -> dict[str, str]:
    return {"metric": metric, "op": op, "value": value}
