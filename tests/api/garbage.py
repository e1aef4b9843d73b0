"""Graphs as nobody should send them: valid ones with one to three things broken, each from a seed."""

import copy
import random
from dataclasses import dataclass
from typing import Any

from domain.graph.graph import Graph
from domain.templates.catalogue import ALL
from tests.scenario.examples import requirement_graphs

GARBAGE: tuple[Any, ...] = (
    None, True, 0, -1, 7, 2**63, 10**40, 1e308, -0.0, "", "x", "0", "-5", "NaN", "Infinity", "1e999999", "\x00", "a\x00b",
    "\ud800", "∞", "\u200b", "x" * 5000, "__proto__", "constructor", "start", "out", [], {}, [[]], [None], {"": None},
    {"\x00": "\x00"}, {"value": {}}, {"metric": "volume"}, [{"all": []}], {"not": {"not": {}}}, [1, "2", [3]],
    "price >", "import({})", "f(x) = f(x); f(1)", "'; DROP TABLE users; --", "<script>", "../../etc/passwd", "{{7*7}}",
)  # fmt: skip


@dataclass(frozen=True)
class Broken:
    """`inside`: ids of nodes within whose settings, type or name something was broken, and nothing else anywhere."""

    graph: Any
    inside: frozenset[str] | None


def sound_graphs() -> list[dict[str, Any]]:
    drawn = [known.build(known.parameters()) for known in ALL]
    drawn += [
        requirement_graphs.watchlist_builder(),
        requirement_graphs.watchlist_to_trade(),
        requirement_graphs.politics_momentum_bot(),
        requirement_graphs.waits_before_it_trades(),
    ]
    return [graph_json(graph) for graph in drawn]


def graph_json(graph: Graph) -> dict[str, Any]:
    return graph.model_dump(mode="json", exclude_none=True)


def broken_graph(seed: int) -> Broken:
    """The same for the same seed."""
    dice = random.Random(seed)
    graph: Any = copy.deepcopy(dice.choice(sound_graphs()))
    inside: set[str] | None = set()
    for _ in range(dice.randint(1, 3)):
        if dice.random() < 0.6:
            node = dice.choice(graph["nodes"])
            _break_node(dice, node)
            if inside is not None:
                inside.add(node["id"])
        else:
            inside = None
            graph = _break_whole(dice, graph)
            if not (isinstance(graph, dict) and _still_has_nodes(graph)):
                break
    return Broken(graph, frozenset(inside) if inside is not None else None)


def _still_has_nodes(graph: dict[str, Any]) -> bool:
    nodes = graph.get("nodes")
    return isinstance(nodes, list) and bool(nodes) and all(isinstance(n, dict) and "id" in n for n in nodes)


def _break_node(dice: random.Random, node: dict[str, Any]) -> None:
    config = node.get("config")
    match dice.randrange(5):
        case 0 if isinstance(config, dict) and config:
            config[dice.choice(sorted(config))] = dice.choice(GARBAGE)
        case 1 if isinstance(config, dict):
            config[dice.choice(("formula", "amount", "conditions", "", "x", "\x00", "tag"))] = dice.choice(
                GARBAGE
            )
        case 2:
            node["config"] = dice.choice(GARBAGE)
        case 3:
            node[dice.choice(("type", "type_version", "name"))] = dice.choice(GARBAGE)
        case _:
            node[dice.choice(("surprise", "position"))] = dice.choice(GARBAGE)


def _break_whole(dice: random.Random, graph: dict[str, Any]) -> Any:
    match dice.randrange(7):
        case 0:
            graph["edges"] = dice.choice(GARBAGE)
        case 1 if isinstance(graph.get("edges"), list) and graph["edges"]:
            edge = dice.choice(graph["edges"])
            if isinstance(edge, dict):
                edge[dice.choice(("source", "target", "source_port", "target_port"))] = dice.choice(GARBAGE)
        case 2:
            dice.choice(graph["nodes"])["id"] = dice.choice(GARBAGE)
        case 3:
            graph["nodes"].append(dice.choice(GARBAGE))
        case 4:
            graph[dice.choice(("nodes", "schema_version", "x"))] = dice.choice(GARBAGE)
        case 5:
            graph["nodes"].append(copy.deepcopy(dice.choice(graph["nodes"])))
        case _:
            return dice.choice(GARBAGE)
    return graph
