"""What saving a graph says about its formulas."""

from typing import Any

import pytest

from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from formulas.check import check_graph
from formulas.engine import FormulaEngine


def graph_of(**formulas: Any) -> Graph:
    nodes = [{"id": name, "type": "formula", "config": {"formula": text}} for name, text in formulas.items()]
    graph = parse_graph(
        {"nodes": [{"id": "s", "type": "start"}, {"id": "x", "type": "nothing"}, *nodes], "edges": []}
    )
    assert isinstance(graph, Graph)
    return graph


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("price >", "failed: Unexpected end of expression (char 8)"),
        ("prize > 0.4", 'uses the unknown variable "prize" (did you mean "price"?)'),
        ("momentum_1x > 0", 'uses the unknown variable "momentum_1x" (did you mean "momentum_1h"?)'),
        ("medain(price, 1)", 'uses the unknown function "medain" (did you mean "median"?)'),
        ("qqqqq + medain(1)",
         'uses the unknown variable "qqqqq" and the unknown function "medain" (did you mean "median"?)'),
        ("import({})", "failed: import cannot be used in a formula"),
        ("f = evaluate; f('1')", "failed: evaluate cannot be used in a formula"),
    ],
)  # fmt: skip
async def test_a_bad_formula_is_one_problem_of_its_node(
    engine: FormulaEngine, formula: str, said: str
) -> None:
    (problem,) = await check_graph(graph_of(good="price > 0.4", bad=formula), engine)
    assert (problem.node_id, problem.field, problem.code) == ("bad", "formula", "bad_formula")
    assert problem.severity == "error"
    assert problem.message == f"Formula (bad): the formula {said}."


@pytest.mark.parametrize(
    "formula",
    [
        "price > 0.4 and momentum_90m < 0",
        "volume24h / volume_24h",
        "mean(price, midpoint, best_bid, best_ask) * 100 cm to inch",
        "f(x, y) = x * y + price; f(2, 3)",
        "a = 5\nb = a + spread\nb > pi",
        "x = [1, 2, 3]; x[end]",
        "map([1, 2], g(t) = t^2)[1] + sum([price])",
        "hours_to_end hours to days",
        "null ?? true",
        "position_shares > 0 and momentum_score > 0.5",
    ],
)
async def test_sound_formulas_are_no_problem(engine: FormulaEngine, formula: str) -> None:
    assert await check_graph(graph_of(good=formula), engine) == []


async def test_variables_are_told_in_the_order_of_their_use(engine: FormulaEngine) -> None:
    parsed = await engine.parse("volume > 5 and price < f(spread) or price > 'liquidity'")
    assert parsed.variables == ("volume", "price", "spread")
    assert (await engine.parse("price = 3; price + volume")).variables == ("volume",)


async def test_what_validation_refuses_is_left_to_it(engine: FormulaEngine) -> None:
    assert await check_graph(graph_of(number=5, nothing=None), engine) == []
    (problem,) = await check_graph(graph_of(long="1 + " * 200 + "1"), engine)
    assert problem.message == "Formula (long): the formula has more than 500 characters."


async def test_a_formula_that_nests_too_deep_is_refused(engine: FormulaEngine) -> None:
    (problem,) = await check_graph(graph_of(deep="(" * 240 + "1" + ")" * 240), engine)
    assert problem.message == "Formula (deep): the formula nests or calls itself too deep."
    assert await check_graph(graph_of(fine="(" * 40 + "1" + ")" * 40), engine) == []
