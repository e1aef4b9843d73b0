"""Places for nodes that nobody placed: a column further right than what leads to them."""

from domain.copilot.drawing_board import COLUMN_WIDTH, ROW_HEIGHT
from domain.graph.graph import Graph, Node, Position
from domain.graph.topology import topological_order


def lay_out(graph: Graph, before: Graph | None = None) -> Graph:
    """The same graph with a position for every node: its own, the one it had before, or a free one."""
    known = {node.id: node.position for node in before.nodes} if before is not None else {}
    kept = (
        node if node.position is not None else node.model_copy(update={"position": known.get(node.id)})
        for node in graph.nodes
    )
    graph = graph.model_copy(update={"nodes": tuple(kept)})
    if all(node.position is not None for node in graph.nodes):
        return graph
    columns = _columns(graph)
    taken = {_spot(node.position) for node in graph.nodes if node.position is not None}
    placed: list[Node] = []
    for index, node in enumerate(graph.nodes):
        if node.position is not None:
            placed.append(node)
            continue
        x, y = columns[index] * COLUMN_WIDTH, 0
        while (x, y) in taken:
            y += ROW_HEIGHT
        taken.add((x, y))
        placed.append(node.model_copy(update={"position": Position(x=x, y=y)}))
    return graph.model_copy(update={"nodes": tuple(placed)})


def _spot(position: Position) -> tuple[int, int]:
    """The cell that a node covers."""
    return round(position.x / COLUMN_WIDTH) * COLUMN_WIDTH, round(position.y / ROW_HEIGHT) * ROW_HEIGHT


def _columns(graph: Graph) -> list[int]:
    """For each node the longest way to it; nodes of a loop stay where they are reached first."""
    place = {node.id: index for index, node in reversed(list(enumerate(graph.nodes)))}
    links = [
        (place[edge.source], place[edge.target])
        for edge in graph.edges
        if edge.source in place and edge.target in place
    ]
    columns = [0] * len(graph.nodes)
    for index in topological_order(len(graph.nodes), links):
        for source, target in links:
            if source == index:
                columns[target] = max(columns[target], columns[index] + 1)
    return columns
