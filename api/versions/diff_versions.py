"""What differs between two versions, node by node and setting by setting. Pure."""

from collections.abc import Iterator
from typing import Any

from api.versions.schemas import FieldChange, NodeChange, VersionDiff
from domain.graph.graph import Edge, Graph, Node
from domain.strategy.settings import StrategySettings

Said = tuple[Graph, StrategySettings]


def diff_versions(numbers: tuple[int, int], before: Said, after: Said) -> VersionDiff:
    old = {node.id: node for node in before[0].nodes}
    new = {node.id: node for node in after[0].nodes}
    changed = [
        NodeChange(node_id=node_id, type=new[node_id].type, changes=changes)
        for node_id in new
        if node_id in old and (changes := _changes(_meaning(old[node_id]), _meaning(new[node_id])))
    ]
    parts: dict[str, Any] = {
        "nodes_added": [node for node in new.values() if node.id not in old],
        "nodes_removed": [node for node in old.values() if node.id not in new],
        "nodes_changed": changed,
        "edges_added": _only(after[0].edges, before[0].edges),
        "edges_removed": _only(before[0].edges, after[0].edges),
        "settings_changed": _changes(before[1].model_dump(mode="json"), after[1].model_dump(mode="json")),
    }
    return VersionDiff(before=numbers[0], after=numbers[1], same=not any(parts.values()), **parts)


def _meaning(node: Node) -> dict[str, Any]:
    return node.model_dump(mode="json", exclude={"id", "position"})


def _only(edges: tuple[Edge, ...], others: tuple[Edge, ...]) -> list[Edge]:
    known = set(others)
    return [edge for edge in edges if edge not in known]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    return list(_walk("", before, after))


def _walk(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    """Objects are compared field by field, all else, lists too, as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _walk(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    elif before != after:
        yield FieldChange(field=path, before=before, after=after)
