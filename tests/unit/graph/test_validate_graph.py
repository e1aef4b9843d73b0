from typing import Any

import pytest

from domain.errors import InvalidGraph
from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Graph, Node
from domain.graph.problem import GraphProblem, has_errors
from domain.graph.validate_graph import validate_graph
from tests.unit.graph.world import comparison, drawn, node

STREAM = node("s", "stream_markets")
FILTER = node("f", "filter", conditions=[comparison("volume", ">", "1")])
ADD = node("a", "add_to_watchlist")


def codes(graph: Graph) -> list[str]:
    return [problem.code for problem in validate_graph(graph)]


def only(graph: Graph, code: str) -> GraphProblem:
    (found,) = [problem for problem in validate_graph(graph) if problem.code == code]
    return found


def test_sound_graph_has_no_problems() -> None:
    assert codes(drawn([STREAM, FILTER, ADD, node("e", "end")], "s>f", "f>a", "a>e")) == []


def test_start_is_not_needed() -> None:
    assert codes(drawn([STREAM, ADD], "s>a")) == []


def test_duplicate_node_is_told_once() -> None:
    assert only(drawn([STREAM, STREAM, STREAM, ADD], "s>a"), "duplicate_node").node_id == "s"


@pytest.mark.parametrize(
    ("wrong", "close"),
    [("steam_markets", "stream_markets"), ("Filter", "filter"), ("Execute Trade", "execute_trade")],
)
def test_unknown_type_names_the_close_match(wrong: str, close: str) -> None:
    problem = only(drawn([STREAM, ADD, node("x", wrong)], "s>a", "s>x"), "unknown_type")
    assert problem.node_id == "x"
    assert f'did you mean "{close}"?' in problem.message


def test_unknown_type_without_close_match_names_all() -> None:
    assert "use one of start, " in only(drawn([node("x", "zzzzzz")]), "unknown_type").message


def test_unknown_version_names_the_known_ones() -> None:
    graph = Graph(nodes=(Node(id="s", type="stream_markets", type_version=9),))
    assert only(graph, "unknown_version").message.endswith(
        "asks for version 9 of stream_markets; use version 1."
    )


def test_bad_settings_are_told_one_by_one_with_the_field() -> None:
    bad = node("t", "execute_trade", amount=5.5, outcome="", order_type="limit", slippage_max="2", extra=1)
    problems = [
        problem for problem in validate_graph(drawn([STREAM, bad], "s>t")) if problem.code == "bad_config"
    ]
    assert {problem.field for problem in problems} == {
        "amount",
        "outcome",
        "order_type",
        "slippage_max",
        "extra",
    }
    assert {problem.node_id for problem in problems} == {"t"}
    assert all(problem.message.startswith("Execute Trade (t): setting ") for problem in problems)


def test_setting_within_conditions_is_named_by_its_path() -> None:
    rule = {"any": [{"not": comparison("volume", ">", "x")}, comparison("volumes", ">", "1")]}
    problems = validate_graph(drawn([STREAM, node("f", "filter", conditions=[rule]), ADD], "s>f", "f>a"))
    assert [problem.field for problem in problems] == [
        "conditions[0].any[0].not.value",
        "conditions[0].any[1].metric",
    ]


@pytest.mark.parametrize(
    "config",
    [
        {"limit": 501},
        {"limit": 0},
        {"limit": "5"},
        {"tag": "no/slash"},
        {"tag": ""},
        {"text": " "},
        {"volume_min": "-1"},
        {"volume_min": "NaN"},
        {"end_after_hours": "5", "end_within_hours": "5"},
    ],
)
def test_bad_stream_settings(config: dict[str, Any]) -> None:
    assert codes(drawn([node("s", "stream_markets", **config), ADD], "s>a")) == ["bad_config"]


@pytest.mark.parametrize(
    "config",
    [{}, {"minutes": 0}, {"minutes": -1}, {"minutes": 1.5}, {"days": 366}, {"minutes": True}, {"weeks": 1}],
)
def test_bad_wait(config: dict[str, Any]) -> None:
    graph = drawn([STREAM, node("w", "wait", **config), ADD], "s>w", "w>a")
    assert set(codes(graph)) == {"bad_config"}


def test_filter_needs_a_condition_and_monitor_does_not() -> None:
    monitor = node("m", "monitor_watchlist", conditions=[])
    graph = drawn(
        [monitor, node("f", "filter", conditions=[]), node("r", "remove_from_watchlist")], "m>f", "f>r"
    )
    assert only(graph, "bad_config").message == 'Filter (f): setting "conditions" needs at least 1 entries.'


def test_edges_to_what_is_missing() -> None:
    graph = drawn([STREAM, ADD, node("b", "start")], "s>a", "x>a", "s>y", "s.false>a", "s>a.side", "s>b")
    assert codes(graph) == [
        "edge_from_missing_node",
        "edge_to_missing_node",
        "edge_from_missing_port",
        "edge_to_missing_port",
        "edge_to_missing_port",
    ]
    indices = [problem.edge_index for problem in validate_graph(graph)]
    assert indices == [1, 2, 3, 4, 5]


def test_missing_port_names_the_ports_there_are() -> None:
    graph = drawn(
        [STREAM, node("c", "condition", conditions=[comparison("price", ">", "0")]), ADD], "s>c", "c>a"
    )
    assert only(graph, "edge_from_missing_port").message == (
        'Edge 2 from "c" to "a" leaves by "out", which Condition does not have; use true or false.'
    )


def test_duplicate_edge() -> None:
    problem = only(drawn([STREAM, ADD], "s>a", "s>a"), "duplicate_edge")
    assert problem.edge_index == 1
    assert problem.message == 'Edge 2 from "s" to "a" is the same as edge 1; remove one.'


def test_every_loop_is_told() -> None:
    more = [node(name, "remove_from_watchlist") for name in "bcde"]
    graph = drawn([STREAM, ADD, *more], "s>a", "a>b", "b>a", "c>d", "d>e", "e>c", "a>a")
    told = [problem for problem in validate_graph(graph) if problem.code == "loop"]
    assert {problem.node_id for problem in told} == {"a", "c"}
    assert any("c → d → e → c" in problem.message for problem in told)


def test_behind_a_loop_is_unreachable() -> None:
    more = [node(name, "remove_from_watchlist") for name in "bcd"]
    graph = drawn([STREAM, ADD, *more], "s>a", "b>c", "c>b", "c>d")
    assert only(graph, "unreachable").node_id == "d"
    assert only(graph, "loop").node_id == "b"


def test_unconnected_input_and_what_is_behind_it() -> None:
    graph = drawn([STREAM, ADD, FILTER, node("r", "remove_from_watchlist")], "s>a", "f>r")
    assert only(graph, "input_unconnected").node_id == "f"
    assert only(graph, "unreachable").node_id == "r"


def test_control_into_markets_is_refused() -> None:
    problem = only(drawn([node("b", "start"), FILTER, ADD], "b>f", "f>a"), "wrong_kind")
    assert problem.edge_index == 0
    assert "put Stream Markets or Monitor Watchlist before Filter" in problem.message


def test_control_through_wait_is_still_control() -> None:
    wait = node("w", "wait", hours=1)
    assert only(drawn([node("b", "start"), wait, ADD], "b>w", "w>a"), "wrong_kind").edge_index == 1
    assert codes(drawn([node("b", "start"), wait, STREAM, ADD], "b>w", "w>s", "s>a")) == []


def test_markets_into_a_control_input_are_allowed() -> None:
    assert codes(drawn([STREAM, node("m", "monitor_watchlist"), ADD], "s>m", "m>a")) == []


def test_wait_takes_one_kind_only() -> None:
    graph = drawn([node("b", "start"), STREAM, node("w", "wait", hours=1), ADD], "b>w", "s>w", "w>a")
    assert only(graph, "mixed_kinds").node_id == "w"


def test_end_takes_any_kind() -> None:
    assert codes(drawn([node("b", "start"), STREAM, ADD, node("e", "end")], "b>e", "s>a", "a>e")) == []


def test_graph_without_effect_is_a_warning_only() -> None:
    graph = drawn([STREAM, FILTER], "s>f")
    (problem,) = validate_graph(graph)
    assert (problem.code, problem.severity) == ("no_effect", "warning")
    assert not has_errors([problem])
    compile_graph(graph)


def test_all_problems_are_told_at_once() -> None:
    graph = drawn(
        [STREAM, STREAM, node("x", "nope"), node("t", "execute_trade"), node("f", "filter")], "s>q", "t>f"
    )
    assert set(codes(graph)) >= {
        "duplicate_node",
        "unknown_type",
        "bad_config",
        "edge_to_missing_node",
        "edge_from_missing_port",
        "input_unconnected",
    }


def test_compiling_a_refused_graph_raises_its_first_sentence() -> None:
    graph = drawn([FILTER])
    with pytest.raises(InvalidGraph) as raised:
        compile_graph(graph)
    assert str(raised.value) == validate_graph(graph)[0].message


def test_compiled_order_follows_edges_and_then_the_drawing() -> None:
    graph = drawn(
        [node("e", "end"), ADD, FILTER, node("m", "monitor_watchlist"), STREAM], "s>f", "f>a", "a>e"
    )
    assert [compiled.id for compiled in compile_graph(graph).nodes] == ["m", "s", "f", "a", "e"]


def test_deep_settings_of_a_graph_built_in_code_are_refused() -> None:
    deep: Any = {}
    for _ in range(2_000):
        deep = {"not": deep}
    graph = Graph(nodes=(Node(id="f", type="filter", config={"conditions": [deep]}),))
    assert "bad_config" in codes(graph)
