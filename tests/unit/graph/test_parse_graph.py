import json
from typing import Any

import pytest

from domain.graph.graph import EDGES_MAX, NODES_MAX, Graph
from domain.graph.parse_graph import parse_graph
from domain.graph.problem import GraphProblem
from tests.unit.graph.world import edge, node


def problems(raw: object) -> tuple[GraphProblem, ...]:
    result = parse_graph(raw)
    assert not isinstance(result, Graph)
    assert result
    return result


def test_sound_graph_is_parsed_from_object_and_from_text() -> None:
    raw = {"nodes": [node("a", "start"), node("b", "end")], "edges": [edge("a>b")]}
    parsed = parse_graph(raw)
    assert isinstance(parsed, Graph)
    assert parse_graph(json.dumps(raw)) == parsed
    assert parse_graph(parsed) is parsed
    assert parse_graph(parsed.model_dump(mode="json")) == parsed


@pytest.mark.parametrize(
    "raw", [None, 1, [], "[]", "x", "", b"\xff", "{", '{"nodes": NaN', True, 1.5, object()]
)
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert problems(raw)[0].code in {"not_an_object", "not_json"}


def test_huge_graph_is_refused_by_count() -> None:
    raw = {
        "nodes": [node(f"n{index}", "end") for index in range(NODES_MAX + 1)],
        "edges": [{}] * (EDGES_MAX + 1),
    }
    found = problems(raw)
    assert [problem.code for problem in found] == ["too_many_nodes", "too_many_edges"]
    assert "201 nodes; at most 200" in found[0].message


def test_empty_graph_is_refused() -> None:
    assert problems({"nodes": []})[0].message == 'The graph: "nodes" needs at least 1 entries.'
    assert problems({})[0].message == 'The graph: "nodes" is missing; fill it in.'


def test_problem_carries_the_node_and_the_field() -> None:
    found = problems(
        {"nodes": [{"id": "a", "type": 7, "typo": 1}, {"type": "end"}, "x"], "edges": [{"source": "a"}]}
    )
    told = {(problem.node_id, problem.edge_index, problem.field) for problem in found}
    assert told == {
        ("a", None, "type"),
        ("a", None, "typo"),
        (None, None, "id"),
        (None, None, None),
        (None, 0, "target"),
    }


def test_all_shape_problems_are_told_at_once() -> None:
    assert len(problems({"nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})) == 3


def deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"all": [value]}
    return value


@pytest.mark.parametrize(
    ("config", "code"),
    [
        (deep(3_000), "too_deep"),
        ({"x": "y" * 20_000}, "too_large"),
        ({"x": list(range(200_000))}, "too_large"),
        ({"x": float("nan")}, "bad_number"),
        ({"x": float("inf")}, "bad_number"),
        ({"x": 10**5_000}, "bad_number"),
        ({"x": "a\x00b"}, "bad_text"),
        ({"x": "\ud800"}, "bad_text"),
        ({"\ud800": 1}, "bad_text"),
        ({1: 1}, "not_json"),
        ({"x": object()}, "not_json"),
    ],
)
def test_dangerous_values_are_refused_with_the_node(config: object, code: str) -> None:
    found = problems({"nodes": [{"id": "a", "type": "end", "config": config}]})
    assert [problem.code for problem in found] == [code]
    assert found[0].node_id == "a" or code == "too_large"


def test_dangerous_text_is_refused() -> None:
    assert problems("[" * 100_000)[0].code in {"too_deep", "not_json"}
    assert problems('{"nodes": ' + "[" * 900 + "]" * 900 + "}")[0].code == "too_deep"
    assert problems("x" * 3_000_000)[0].code == "too_large"
    assert problems('{"nodes": [{"id": "a", "type": "end", "config": {"x": ' + "9" * 10_000 + "}}]}")[
        0
    ].code in {
        "not_json",
        "bad_number",
    }


@pytest.mark.parametrize("node_id", ["", "a b", "x" * 65, "ä", 5, None])
def test_bad_node_id_is_refused(node_id: object) -> None:
    assert problems({"nodes": [{"id": node_id, "type": "end"}]})[0].code == "bad_shape"
