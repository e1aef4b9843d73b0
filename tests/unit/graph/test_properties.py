"""Whatever validation accepts evaluates; whatever it is given, it never raises."""

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.graph.problem import has_errors
from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import Decision, EntryPoint
from domain.strategy.run_decision import answers_from, run_decision
from tests.unit.graph.random_graphs import TYPES, random_graph, random_world
from tests.unit.graph.world import World, market, situation

QUICK = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**48)
sizes = st.integers(2, 60)


def entries(decision: Decision) -> list[EntryPoint]:
    return [
        EntryPoint(node_id=known.node_id, port=known.port, items=known.items) for known in decision.deferrals
    ]


def check(decision: Decision) -> None:
    """What holds for every decision."""
    assert Decision.model_validate_json(decision.model_dump_json()) == decision
    intents = [(intent.node_id, intent.market_id) for intent in decision.intents]
    assert len(set(intents)) == len(intents)
    for deferral in decision.deferrals:
        assert (deferral.due_at is None) != (deferral.intent_index is None)
        if deferral.intent_index is not None:
            assert decision.intents[deferral.intent_index].market_id == deferral.items[0].market_id
    for node in decision.nodes:
        assert all(verdict.sentence and len(verdict.sentence) <= 300 for verdict in node.verdicts)
        assert sum(node.items_out.values()) + node.items_pending <= max(node.items_in, 500)
    changes = [
        (effect.market_id, effect.kind) for effect in decision.effects if effect.kind == "add_to_watchlist"
    ]
    removed = {effect.market_id for effect in decision.effects if effect.kind == "remove_from_watchlist"}
    assert all(changes.count(change) == 1 for change in changes if change[0] not in removed)


@QUICK
@given(seeds, sizes)
def test_what_validation_accepts_always_evaluates_and_is_deterministic(seed: int, size: int) -> None:
    random = Random(seed)
    graph = parse_graph(random_graph(random, size))
    assert isinstance(graph, Graph), graph
    assert len(graph.nodes) == size
    problems = validate_graph(graph)
    assert not has_errors(problems), problems
    world, compiled = random_world(random), compile_graph(graph)
    decision, evidence = run_decision(compiled, situation(), world.answer)
    check(decision)
    again, same = run_decision(compile_graph(graph), situation(), answers_from(evidence))
    assert again.model_dump_json() == decision.model_dump_json()
    assert [asked for asked, _ in same] == [asked for asked, _ in evidence]
    for entry in entries(decision)[:6]:
        check(run_decision(compiled, situation(entry, step=1), world.answer)[0])


@QUICK
@given(seeds, sizes)
def test_order_of_items_follows_the_order_of_the_answers(seed: int, size: int) -> None:
    """Items leave Stream Markets as answered, and every node keeps the order in which they came to it."""
    random = Random(seed)
    graph = parse_graph(random_graph(random, size))
    assert isinstance(graph, Graph)
    world = random_world(random)
    decision, _ = run_decision(compile_graph(graph), situation(), world.answer)
    answered = [known.id for known in world.markets if known.id not in world.missing]
    incoming: dict[str, list[tuple[str, str]]] = {}
    for edge in graph.edges:
        incoming.setdefault(edge.target, []).append((edge.source, edge.source_port))
    left = {
        (node.node_id, port): [
            verdict.market_id for verdict in node.verdicts if verdict.port == port and not verdict.pending
        ]
        for node in decision.nodes
        for port in node.items_out
    }
    for node in decision.nodes:
        if node.type == "stream_markets":
            limit = next(known for known in graph.nodes if known.id == node.node_id).config["limit"]
            assert left[node.node_id, "out"] == answered[:limit]
        elif node.type not in (
            "start",
            "monitor_watchlist",
            "sort_limit",
            "wait",
            "execute_trade",
            "exit_position",
        ):
            came = list(
                dict.fromkeys(item for wire in incoming[node.node_id] for item in came_by(left, wire))
            )
            for port in (*node.items_out, None):
                leaving = [verdict.market_id for verdict in node.verdicts if verdict.port == port]
                assert leaving == [item for item in came if item in leaving]


def came_by(left: dict[tuple[str, str], list[str]], wire: tuple[str, str]) -> list[str]:
    return left.get(wire, [])


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["in", "out", "n0", "n1", "filter", "start", "NaN", "1e999", "\ud800", "\x00"]),
)
keys = st.one_of(
    st.sampled_from(
        [
            "nodes",
            "edges",
            "id",
            "type",
            "type_version",
            "config",
            "conditions",
            "all",
            "any",
            "not",
            "metric",
            "op",
            "value",
            "match",
            "source",
            "target",
            "source_port",
            "target_port",
            "amount",
            "limit",
            "position",
            "x",
        ]
    ),
    st.text(max_size=5),
)
garbage = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=25,
)


def settle(raw: object) -> None:
    """Parses, validates, and evaluates what is accepted."""
    parsed = parse_graph(raw)
    if not isinstance(parsed, Graph):
        assert parsed
        assert all(problem.message and len(problem.message) < 1000 for problem in parsed)
        return
    problems = validate_graph(parsed)
    assert all(problem.message and len(problem.message) < 3000 for problem in problems)
    json.dumps([problem.model_dump() for problem in problems]).encode()
    if not has_errors(problems):
        run_decision(compile_graph(parsed), situation(), World([market("1")]).answer)


@QUICK
@given(garbage)
def test_garbage_never_raises(raw: object) -> None:
    settle(raw)


@QUICK
@given(st.text(max_size=200), st.binary(max_size=200))
def test_garbage_text_never_raises(text: str, data: bytes) -> None:
    settle(text)
    settle(data)


def mutated(raw: object, random: Random, rubbish: object) -> object:
    """Puts rubbish in the place of one value somewhere inside."""
    if isinstance(raw, dict) and raw and random.random() < 0.9:
        key = random.choice(sorted(raw))
        return {**raw, key: mutated(raw[key], random, rubbish)}
    if isinstance(raw, list) and raw and random.random() < 0.9:
        index = random.randrange(len(raw))
        return [*raw[:index], mutated(raw[index], random, rubbish), *raw[index + 1 :]]
    return rubbish


@QUICK
@given(seeds, st.integers(2, 12), garbage, garbage)
def test_damaged_graphs_never_raise(seed: int, size: int, first: object, second: object) -> None:
    random = Random(seed)
    once = mutated(random_graph(random, size), random, first)
    settle(once)
    settle(mutated(once, random, second))


names = st.sampled_from([f"n{number}" for number in range(6)])
ports = st.sampled_from(["in", "out", "true", "false", "filled", "x"])


@QUICK
@given(
    st.lists(
        st.builds(
            lambda i, t: {"id": i, "type": t, "config": {}},
            names,
            st.sampled_from([*(name for name, _ in TYPES), "nope"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.lists(
        st.fixed_dictionaries({"source": names, "target": names, "source_port": ports, "target_port": ports}),
        max_size=12,
    ),
)
def test_randomly_wired_graphs_never_raise(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> None:
    settle({"nodes": nodes, "edges": edges})
