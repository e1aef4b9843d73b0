from decimal import Decimal
from typing import Any

import pytest

from domain.strategy.decision import Decision
from tests.unit.graph.world import World, drawn, left, market, node, outcome, position, run, summary

STREAM = node("s", "stream_markets")
WAIT = node("w", "wait", minutes=1)
END = node("e", "end")


def held(world: World, **config: Any) -> Decision:
    graph = drawn([STREAM, node("c", "position_held", **config), WAIT, END], "s>c", "c.true>w", "w>e")
    return run(graph, world)


def test_position_held_attaches_how_it_stands() -> None:
    world = World([market("1"), market("2")], positions=[position("1", "100", "0.40")])
    decision = held(world)
    assert (left(decision, "c", "true"), left(decision, "c", "false")) == (["1"], ["2"])
    assert decision.deferrals[0].items[0].values == {
        "position_shares": "100",
        "position_cost": "40",
        "position_entry_price": "0.4",
        "position_value": "42",
        "position_change": "0.05",
    }
    told = [verdict.sentence for verdict in summary(decision, "c").verdicts]
    assert told == ["holds 100 Yes bought at 0.4", "holds nothing here"]


@pytest.mark.parametrize(
    ("config", "port"),
    [
        ({"change_min": "0.05"}, "true"),
        ({"change_min": "0.06"}, "false"),
        ({"change_max": "-0.1"}, "false"),
        ({"outcome": "no"}, "false"),
        ({"outcome": "first", "change_min": "0"}, "true"),
    ],
)
def test_position_held_by_change_and_outcome(config: dict[str, Any], port: str) -> None:
    world = World([market("1")], positions=[position("1", "100", "0.40")])
    assert left(held(world, **config), "c", port) == ["1"]


def test_position_in_the_second_outcome_is_priced_from_its_side() -> None:
    world = World([market("1")], positions=[position("1", "10", "0.50", "No")])
    decision = held(world, change_min="0.1")
    assert summary(decision, "c").verdicts[0].sentence == (
        "holds 10 No bought at 0.5; change since entry 0.16 is above 0.1"
    )


def test_position_in_a_market_without_that_token_is_not_judged() -> None:
    other = (outcome("Yes", "other", "0.5"), outcome("No", "else", "0.5"))
    world = World([market("1", outcomes=other)], positions=[position("1", "10", "0.50")])
    assert left(held(world, change_min="0.1"), "c", None) == ["1"]


def test_positions_are_asked_once() -> None:
    world = World([market("1")])
    nodes = [STREAM, node("c", "position_held"), node("d", "position_held"), WAIT, END]
    run(drawn(nodes, "s>c", "c.false>d", "d.false>w", "w>e"), world)
    assert world.kinds_asked() == ["markets", "positions"]


@pytest.mark.parametrize(
    ("config", "shares"),
    [
        ({}, "100"),
        ({"part": "percent", "percent": "25"}, "25"),
        ({"part": "shares", "shares": "30"}, "30"),
        ({"part": "shares", "shares": "300"}, "100"),
    ],
)
def test_exit_position_explains_but_sells_nothing_yet(config: dict[str, Any], shares: str) -> None:
    world = World([market("1"), market("2")], positions=[position("1", "100", "0.40")])
    decision = run(drawn([STREAM, node("c", "exit_position", **config), END], "s>c", "c.closed>e"), world)
    assert decision.effects == ()
    assert [verdict.sentence for verdict in summary(decision, "c").verdicts] == [
        f"no exit: would sell {shares} of 100 Yes, but the order engine is needed for selling a position",
        "no exit: nothing is held here",
    ]


def test_a_condition_may_use_the_numbers_of_the_position() -> None:
    world = World([market("1")], positions=[position("1", "100", "0.40")])
    rich = node("f", "filter", conditions=[{"metric": "position_value", "op": ">=", "value": "42"}])
    decision = run(drawn([STREAM, node("c", "position_held"), rich, END], "s>c", "c.true>f", "f>e"), world)
    assert summary(decision, "f").verdicts[0].sentence == "position value is exactly 42"
    assert Decimal("42") == Decimal(100) * Decimal("0.42")
