from decimal import Decimal
from typing import Any

import pytest

from domain.graph.words import number_words
from domain.strategy.decision import Decision, ExitIntent
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
        ({"part": "percent", "percent": "33.3333333"}, "33.333333"),
        ({"part": "shares", "shares": "30"}, "30"),
        ({"part": "shares", "shares": "300"}, "100"),
    ],
)
def test_exit_position_sells_what_is_held_and_goes_on_when_the_order_is_over(
    config: dict[str, Any], shares: str
) -> None:
    held = position("1", "100", "0.40")
    world = World([market("1"), market("2")], positions=[held])
    sell = node("c", "exit_position", slippage_max="0.02", **config)
    decision = run(drawn([STREAM, sell, WAIT, END], "s>c", "c.closed>w", "c.failed>w", "w>e"), world)
    (intent,) = decision.effects
    assert isinstance(intent, ExitIntent)
    assert (intent.position_id, intent.token_id, intent.shares, intent.slippage_max) == (
        held.position_id,
        "1-yes",
        Decimal(shares),
        Decimal("0.02"),
    )
    assert [(waits.port, waits.intent_index) for waits in decision.deferrals] == [
        ("closed", 0),
        ("failed", 0),
    ]
    assert [verdict.sentence for verdict in summary(decision, "c").verdicts] == [
        f"order to sell {number_words(Decimal(shares))} of 100 Yes",
        "no exit: nothing is held here",
    ]


def test_two_nodes_sell_no_share_twice_and_each_waits_for_its_own_order() -> None:
    world = World([market("1")], positions=[position("1", "100", "0.40")])
    nodes = [
        STREAM,
        node("b", "execute_trade", amount="5"),
        node("c", "exit_position", part="percent", percent="60"),
        node("d", "exit_position", part="shares", shares="60"),
        node("f", "exit_position"),
        WAIT,
        END,
    ]
    edges = ("s>b", "s>c", "s>d", "s>f", "b.filled>w", "c.closed>w", "d.closed>w", "f.closed>w", "w>e")
    decision = run(drawn(nodes, *edges), world)
    assert [getattr(intent, "shares", None) for intent in decision.intents] == [None, 60, 40]
    assert [(waits.node_id, waits.intent_index) for waits in decision.deferrals] == [
        ("b", 0),
        ("c", 1),
        ("d", 2),
    ]
    assert summary(decision, "f").verdicts[0].sentence == (
        "no exit: what is held, 100 Yes, is being sold already"
    )


def test_what_is_too_little_to_sell_is_left() -> None:
    world = World([market("1")], positions=[position("1", "0.009", "0.40")])
    decision = run(drawn([STREAM, node("c", "exit_position"), END], "s>c", "c.closed>e"), world)
    assert decision.effects == ()
    assert summary(decision, "c").verdicts[0].sentence == (
        "no exit: 0.009 of 0.009 Yes is less than a hundredth of a share"
    )


def test_a_condition_may_use_the_numbers_of_the_position() -> None:
    world = World([market("1")], positions=[position("1", "100", "0.40")])
    rich = node("f", "filter", conditions=[{"metric": "position_value", "op": ">=", "value": "42"}])
    decision = run(drawn([STREAM, node("c", "position_held"), rich, END], "s>c", "c.true>f", "f>e"), world)
    assert summary(decision, "f").verdicts[0].sentence == "position value is exactly 42"
    assert Decimal("42") == Decimal(100) * Decimal("0.42")
