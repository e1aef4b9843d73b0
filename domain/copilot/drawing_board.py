"""A graph while it is drawn: nodes get ids and places, and the ends of what is drawn are known."""

from typing import Any

from domain.graph.graph import NODES_MAX, Edge, Graph, Node, Position
from domain.graph.nodes.catalogue import CATALOGUE
from domain.graph.ports import PortKind

COLUMN_WIDTH = 280
ROW_HEIGHT = 150
End = tuple[str, str]
"""A node and one of its output ports."""
FORWARD = ("out", "true", "filled", "closed", "value", "buying")
"""The port by which a drawing usually goes on, best first."""


class DrawingBoard:
    """Begins with a graph that is there already, or empty."""

    def __init__(self, base: Graph | None) -> None:
        self.nodes: dict[str, Node] = {node.id: node for node in base.nodes} if base is not None else {}
        self.edges: list[Edge] = list(base.edges) if base is not None else []

    @property
    def full(self) -> bool:
        """No room for what one sentence may need."""
        return len(self.nodes) > NODES_MAX - 20

    def graph(self) -> Graph | None:
        if not self.nodes:
            return None
        return Graph(nodes=tuple(self.nodes.values()), edges=tuple(dict.fromkeys(self.edges)))

    def copy(self) -> "DrawingBoard":
        twin = DrawingBoard(None)
        twin.nodes, twin.edges = dict(self.nodes), list(self.edges)
        return twin

    def add(
        self,
        name: str,
        type_name: str,
        config: dict[str, Any],
        behind: list[End],
        *,
        version: int = 1,
        title: str = "",
    ) -> str:
        """A new node with edges from the given ends; `name` becomes its id, with a number where it is taken."""
        node_id = self._free_id(name)
        node = Node(
            id=node_id,
            type=type_name,
            type_version=version,
            name=title,
            config=config,
            position=self._place(behind),
        )
        self.nodes[node_id] = node
        self.connect(behind, node_id)
        return node_id

    def connect(self, behind: list[End], target: str) -> None:
        self.edges.extend(Edge(source=source, source_port=port, target=target) for source, port in behind)

    def set_config(self, node_id: str, config: dict[str, Any]) -> None:
        self.nodes[node_id] = self.nodes[node_id].model_copy(update={"config": config})

    def of_type(self, type_name: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.type == type_name]

    def open_ends(self) -> list[End]:
        """Where a drawing can go on: market ports behind which nothing is connected, in the order of the nodes."""
        connected = {edge.source for edge in self.edges if self._type_of(edge.target) != "end"}
        ends: list[End] = []
        for node in self.nodes.values():
            port = self._forward_port(node)
            if port is not None and node.id not in connected:
                ends.append((node.id, port))
        return ends

    def cut_end(self, ends: list[End]) -> None:
        """Takes away End nodes right behind these ends, so that something else can come there."""
        gone = {
            edge.target
            for edge in self.edges
            if (edge.source, edge.source_port) in ends and self._type_of(edge.target) == "end"
        }
        others = {edge.target for edge in self.edges if (edge.source, edge.source_port) not in ends}
        self.edges = [
            edge
            for edge in self.edges
            if not ((edge.source, edge.source_port) in ends and edge.target in gone)
        ]
        for node_id in gone - others:
            del self.nodes[node_id]

    def _type_of(self, node_id: str) -> str:
        node = self.nodes.get(node_id)
        return node.type if node is not None else ""

    def _forward_port(self, node: Node) -> str | None:
        node_type = CATALOGUE.get((node.type, node.type_version))
        if node_type is None:
            return None
        ports = {port.name for port in node_type.outputs if port.kind is not PortKind.CONTROL}
        return next((name for name in FORWARD if name in ports), None)

    def _free_id(self, name: str) -> str:
        if name not in self.nodes:
            return name
        number = 2
        while f"{name}-{number}" in self.nodes:
            number += 1
        return f"{name}-{number}"

    def _place(self, behind: list[End]) -> Position:
        """Right of the node before, or below everything in the first column."""
        taken = {
            (node.position.x, node.position.y) for node in self.nodes.values() if node.position is not None
        }
        before = self.nodes.get(behind[-1][0]) if behind else None
        if before is not None and before.position is not None:
            x, y = before.position.x + COLUMN_WIDTH, before.position.y
        else:
            x, y = 0, max((y for _, y in taken), default=-ROW_HEIGHT) + ROW_HEIGHT
        while (x, y) in taken:
            y += ROW_HEIGHT
        return Position(x=x, y=y)
