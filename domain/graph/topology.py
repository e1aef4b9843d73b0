"""Order and loops of a directed graph given as index pairs."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

Links = Sequence[tuple[int, int]]


def topological_order(count: int, links: Links) -> tuple[int, ...]:
    """Indices so that sources come before targets, otherwise lowest index first. Nodes on or behind loops are missing."""
    incoming = [0] * count
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        incoming[target] += 1
        targets[source].append(target)
    ready = [index for index in range(count) if incoming[index] == 0]
    heapify(ready)
    order: list[int] = []
    while ready:
        index = heappop(ready)
        order.append(index)
        for target in targets[index]:
            incoming[target] -= 1
            if incoming[target] == 0:
                heappush(ready, target)
    return tuple(order)


def find_loops(count: int, links: Links) -> list[tuple[int, ...]]:
    """Loops without common nodes, each in the direction of its links, beginning at its lowest index."""
    remaining = set(range(count))
    loops: list[tuple[int, ...]] = []
    while True:
        inner = [link for link in links if link[0] in remaining and link[1] in remaining]
        remaining -= set(topological_order_of(remaining, inner))
        if not remaining:
            return loops
        loop = _loop_within(remaining, inner)
        loops.append(loop)
        remaining -= set(loop)


def topological_order_of(indices: Iterable[int], links: Links) -> tuple[int, ...]:
    """As above for some of the indices."""
    names = sorted(indices)
    place = {name: index for index, name in enumerate(names)}
    order = topological_order(len(names), [(place[source], place[target]) for source, target in links])
    return tuple(names[index] for index in order)


def _loop_within(remaining: set[int], links: Links) -> tuple[int, ...]:
    """Walks against the links: every remaining node has one coming in, so the walk meets itself."""
    source_of = {target: source for source, target in reversed(links) if {source, target} <= remaining}
    walk: list[int] = []
    at = min(remaining)
    while at not in walk:
        walk.append(at)
        at = source_of[at]
    loop = walk[walk.index(at) :][::-1]
    first = loop.index(min(loop))
    return tuple(loop[first:] + loop[:first])


def reachable_from(roots: Iterable[int], links: Links) -> set[int]:
    """The roots and all that is behind them."""
    targets: dict[int, list[int]] = {}
    for source, target in links:
        targets.setdefault(source, []).append(target)
    pending = list(roots)
    reached = set(pending)
    while pending:
        for target in targets.get(pending.pop(), ()):
            if target not in reached:
                reached.add(target)
                pending.append(target)
    return reached
