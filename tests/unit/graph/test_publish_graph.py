from decimal import Decimal
from typing import Any

import pytest

from domain.graph.problem import has_errors
from domain.graph.publish_graph import publish_problems
from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import OrderIntent
from tests.unit.graph.world import World, drawn, market, node, run, summary

STREAM = node("s", "stream_markets")
END = node("e", "end")


def trading(**config: Any) -> Any:
    return drawn([STREAM, node("t", "execute_trade", 2, **config), END], "s>t", "t.filled>e")


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"amount": "5", "order_type": "limit", "limit_price": "0.4"}, "a limit order"),
        ({"amount": "5", "time_in_force": "FOK"}, "a FOK order"),
        ({"amount_percent": "5"}, "an amount in per cent of the allocation"),
        ({"amount": "5", "stop_loss": "0.2"}, "an attached exit"),
        (
            {"amount_percent": "5", "order_type": "limit", "limit_price": "0.4", "exit_after_minutes": 5},
            "a limit order, an amount in per cent of the allocation and an attached exit",
        ),
    ],
)
def test_what_needs_the_order_engine_is_drawn_but_not_published(config: dict[str, Any], named: str) -> None:
    graph = trading(**config)
    assert not has_errors(validate_graph(graph))
    (problem,) = publish_problems(graph)
    assert (problem.node_id, problem.code, problem.severity) == ("t", "needs_order_engine", "error")
    assert problem.message == (
        f"Execute Trade (t) cannot be published yet: the order engine is needed for {named}. It may stay in a draft."
    )
    decision = run(graph, World([market("1")]))
    assert decision.effects == ()
    assert summary(decision, "t").verdicts[0].sentence == f"no order: the order engine is needed for {named}"


def test_exit_position_is_published() -> None:
    graph = drawn([STREAM, node("x", "exit_position"), END], "s>x", "x.closed>e")
    assert publish_problems(graph) == ()


def test_market_order_in_usdc_is_published_in_both_versions() -> None:
    first = drawn([STREAM, node("t", "execute_trade", amount="5"), END], "s>t", "t.filled>e")
    second = trading(amount="5")
    assert publish_problems(first) == publish_problems(second) == ()
    world = World([market("1")])
    (one,), (two,) = run(first, world).intents, run(second, world).intents
    assert one == two
    assert summary(run(second, world), "t").rule == "buy Yes for 5 USDC by FAK market order"


@pytest.mark.parametrize(("name", "token"), [("first", "1-yes"), ("SECOND", "1-no"), ("no", "1-no")])
def test_version_2_finds_outcomes_by_place(name: str, token: str) -> None:
    (intent,) = run(trading(amount="5", outcome=name), World([market("1")])).effects
    assert isinstance(intent, OrderIntent)
    assert (intent.token_id, intent.amount) == (token, Decimal(5))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, "needs an amount or a percentage"),
        ({"amount": "5", "amount_percent": "5"}, "not both"),
        ({"amount": "5", "order_type": "limit"}, "limit price is for limit orders, and they need one"),
        ({"amount": "5", "limit_price": "0.4"}, "limit price is for limit orders"),
        ({"amount": "5", "time_in_force": "GTC"}, "must be FAK or FOK"),
        (
            {"amount": "5", "order_type": "limit", "limit_price": "0.4", "time_in_force": "FAK"},
            "must be GTC or GTD",
        ),
        (
            {"amount": "5", "order_type": "limit", "limit_price": "0.4", "time_in_force": "GTD"},
            "expires after is for GTD orders",
        ),
        ({"amount": "5", "post_only": True}, "post only is for limit orders"),
        (
            {"amount": "5", "order_type": "limit", "limit_price": "0.4", "slippage_max": "0.1"},
            "slippage is for market orders",
        ),
    ],
)
def test_orders_that_contradict_themselves_are_refused(config: dict[str, Any], said: str) -> None:
    problems = validate_graph(trading(**config))
    assert any(said in problem.message for problem in problems), problems


def test_broken_settings_are_told_once_when_publishing() -> None:
    assert [problem.code for problem in publish_problems(trading(stop_loss="9"))] == ["bad_config"]
