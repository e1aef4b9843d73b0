"""The Formula node with results given: where markets go, what is asked, what is said."""

from datetime import timedelta
from typing import Any

import pytest

from domain.formulas.result import FormulaResult
from domain.formulas.variables import describe_variables, find_variable, variables_named_in
from domain.graph.compile_graph import compile_graph
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import Decision
from domain.strategy.requests import FormulasAnswer, FormulasRequest
from domain.strategy.run_decision import answers_from, run_decision
from tests.unit.graph.world import (
    World,
    drawn,
    left,
    market,
    node,
    run,
    run_with_evidence,
    situation,
    summary,
)


def graph_of(formula: str) -> Graph:
    return drawn(
        [
            node("s", "stream_markets"),
            node("f", "formula", formula=formula),
            node("t", "add_to_watchlist"),
            node("n", "end"),
            node("v", "add_to_watchlist"),
        ],
        "s>f",
        "f.true>t",
        "f.false>n",
        "f.value>v",
    )


def result(kind: Any, value: str, text: str = "") -> FormulaResult:
    return FormulaResult(kind=kind, value=value, text=text)


def sentences(decision: Decision) -> dict[str, str]:
    return {verdict.market_id: verdict.sentence for verdict in summary(decision, "f").verdicts}


def asked_formulas(world: World) -> list[FormulasRequest]:
    return [request for request in world.asked if isinstance(request, FormulasRequest)]


def test_each_kind_of_result_leaves_by_its_port_with_a_sentence() -> None:
    world = World(markets=[market(f"m{number}") for number in range(7)])
    decision = run(graph_of("price > 0.4 ? 1 : volume"), world)
    assert left(decision, "f", "true") == ["m0"]
    assert left(decision, "f", "false") == ["m1"]
    assert left(decision, "f", "value") == ["m2", "m3", "m4"]
    assert left(decision, "f", None) == ["m5", "m6"]
    values = ": price 0.42 and volume 600,000"
    assert sentences(decision) == {
        "m0": f"the formula is true{values}",
        "m1": f"the formula is false{values}",
        "m2": f"the formula gives 1e+21{values}",
        "m3": f"the formula gives high{values}",
        "m4": f"the formula gives 1.97 inch{values}",
        "m5": "momentum_1h is not known: there is no price from 1h ago",
        "m6": "the formula took too long",
    }


def test_the_result_is_attached_to_what_leaves() -> None:
    world = World(
        markets=[market("a"), market("b")],
        formula_results=[result("number", "0.25"), result("quantity", "0.05", "5 cm")],
    )
    wait = drawn(
        [
            node("s", "stream_markets"),
            node("f", "formula", formula="x"),
            node("w", "wait", minutes=1),
            node("a", "add_to_watchlist"),
        ],
        "s>f",
        "f.value>w",
        "w>a",
    )
    decision = run(wait, world)
    (deferral,) = decision.deferrals
    assert {item.market_id: dict(item.values) for item in deferral.items} == {
        "a": {"formula": "0.25"},
        "b": {"formula": "0.05", "formula_text": "5 cm"},
    }


def test_values_are_asked_with_as_decimal_text_and_none_where_not_known() -> None:
    world = World(markets=[market("a"), market("b", best_bid=None, end_at=None)])
    world.watch("a", minutes_ago=30)
    run(graph_of("best_bid + volume24h + hours_to_end + minutes_on_watchlist + midpoint"), world)
    (request,) = asked_formulas(world)
    assert request.names == ("best_bid", "volume24h", "hours_to_end", "minutes_on_watchlist", "midpoint")
    assert request.rows == (("0.41", "20000", "48", "30", "0.42"), (None, "20000", None, None, None))


def test_price_histories_and_the_watchlist_are_asked_for_only_when_named() -> None:
    for formula, kinds in (
        ("price > 0.4", ["markets", "formulas"]),
        ("1 + 1", ["markets", "formulas"]),
        ("momentum_4h > 0.05", ["markets", "price_histories", "formulas"]),
        ("on_watchlist == 0", ["markets", "watchlist", "formulas"]),
    ):
        world = World(markets=[market("a")], formula_results=[result("boolean", "false")])
        run(graph_of(formula), world)
        assert world.kinds_asked() == kinds, formula


def test_momentum_reaches_the_formula_exactly() -> None:
    world = World(
        markets=[market("a")],
        histories={"a-yes": [(timedelta(hours=4), "0.40")]},
        formula_results=[result("boolean", "true")],
    )
    decision = run(graph_of("momentum_4h >= 0.05"), world)
    assert asked_formulas(world)[0].rows == (("0.05",),)
    assert sentences(decision)["a"] == "the formula is true: momentum_4h 0.05"


def test_numbers_attached_by_nodes_before_are_variables() -> None:
    world = World(
        markets=[market("a")],
        histories={"a-yes": [(timedelta(hours=1), "0.40")]},
        formula_results=[result("boolean", "true")],
    )
    graph = drawn(
        [
            node("s", "stream_markets"),
            node("m", "check_momentum", window="1h", full_change="0.1"),
            node("f", "formula", formula="momentum_score > 0.4"),
        ],
        "s>m",
        "m>f",
    )
    run(graph, world)
    assert asked_formulas(world)[0].rows == (("0.5",),)


def test_no_markets_ask_nothing() -> None:
    world = World()
    run(graph_of("price > 0.4"), world)
    assert asked_formulas(world) == []


def test_a_replay_takes_the_results_from_the_evidence() -> None:
    world = World(markets=[market("a"), market("b")])
    graph = graph_of("price > momentum_1h")
    decision, evidence = run_with_evidence(graph, world)
    stored = [
        (type(asked).model_validate_json(asked.model_dump_json()), answered)
        if not isinstance(answered, FormulasAnswer)
        else (
            FormulasRequest.model_validate_json(asked.model_dump_json()),
            FormulasAnswer.model_validate_json(answered.model_dump_json()),
        )
        for asked, answered in evidence
    ]
    again, same = run_decision(compile_graph(graph), situation(), answers_from(stored))
    assert again.model_dump_json() == decision.model_dump_json()
    assert same == evidence


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, 'setting "formula" is missing; fill it in'),
        ({"formula": "   "}, 'setting "formula" must have at least 1 characters'),
        ({"formula": "1" * 501}, 'setting "formula" must have at most 500 characters'),
        ({"formula": 5}, 'setting "formula" must be text'),
        ({"formula": "1", "foo": 1}, 'setting "foo" is not known here; remove it'),
    ],
)
def test_bad_settings_are_refused_with_a_sentence(config: dict[str, Any], said: str) -> None:
    raw = {"nodes": [{"id": "s", "type": "stream_markets"}, {"id": "f", "type": "formula", "config": config}]}
    graph = parse_graph(
        raw | {"edges": [{"source": "s", "source_port": "out", "target": "f", "target_port": "in"}]}
    )
    assert isinstance(graph, Graph)
    assert [problem.message for problem in validate_graph(graph) if problem.severity == "error"] == [
        f"Formula (f): {said}."
    ]


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("price > 0.4 and volume > 5", ["price", "volume"]),
        ("2price + 1e3volume - 0x1Fspread", ["price", "volume", "spread"]),
        ("price_of + my_price + prices", []),
        ("momentum_90m * momentum_1x", ["momentum_90m"]),
        ("'price' + volume'", ["price", "volume"]),
        ("f(price) = price", ["price"]),
        ("a.volume24h", ["volume24h"]),
        ("", []),
    ],
)
def test_variables_named_in_a_formula_are_found(formula: str, names: list[str]) -> None:
    assert list(variables_named_in(formula)) == names


def test_every_offered_variable_is_described_and_found() -> None:
    described = describe_variables()
    names = [variable["name"] for variable in described]
    assert {
        *(
            "price",
            "volume",
            "volume_24h",
            "volume24h",
            "liquidity",
            "spread",
            "midpoint",
            "best_bid",
            "best_ask",
        ),
        *(
            "hours_to_end",
            "minutes_on_watchlist",
            "momentum_5m",
            "momentum_1h",
            "momentum_4h",
            "momentum_24h",
        ),
    } <= set(names)
    assert len(names) == len(set(names))
    for variable in described:
        assert find_variable(variable["name"]) is not None
        assert variable["title"]
        assert variable["description"]
