"""Graphs that engine tests run."""

from itertools import pairwise

from domain.graph.graph import Edge, Graph, Node

STREAM = Node(id="stream", type="stream_markets", config={"tag": "politics"})


def chain(*nodes: Node, ports: tuple[str, ...] = ()) -> Graph:
    """Nodes in a row; `ports[i]` is the port by which node i is left (default `out`)."""
    edges = tuple(
        Edge(source=a.id, source_port=ports[i] if i < len(ports) else "out", target=b.id)
        for i, (a, b) in enumerate(pairwise(nodes))
    )
    return Graph(nodes=nodes, edges=edges)


def watching() -> Graph:
    """Everything in politics goes on the watchlist."""
    return chain(STREAM, Node(id="add", type="add_to_watchlist", config={}), Node(id="end", type="end"))


def trading(amount: str = "100") -> Graph:
    """Watch, buy Yes of everything, and take what filled off the watchlist."""
    return chain(
        STREAM,
        Node(id="add", type="add_to_watchlist", config={}),
        Node(id="buy", type="execute_trade", config={"outcome": "Yes", "amount": amount}),
        Node(id="remove", type="remove_from_watchlist", config={}),
        ports=("out", "out", "filled"),
    )


def waiting(minutes: int) -> Graph:
    """Wait between looking and watching."""
    return chain(
        STREAM,
        Node(id="wait", type="wait", config={"minutes": minutes}),
        Node(id="add", type="add_to_watchlist", config={}),
    )
