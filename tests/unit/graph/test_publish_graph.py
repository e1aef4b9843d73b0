from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import OrderIntent
from tests.unit.graph.world import World, drawn, market, node, run, summary

STREAM = node("s", "stream_markets")
END = node("e", "end")


def trading(**config: Any) -> Any:
    return drawn([STREAM, node("t", "execute_trade", 2, **config), END], "s>t", "t.filled>e")


STOP = {"ratio": Decimal("0.2"), "hold_seconds": 30, "price_floor": Decimal("0.1")}


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        (
            {"amount": "5", "order_type": "limit", "limit_price": "0.4", "post_only": True},
            {"order_type": "limit", "time_in_force": "GTC", "limit_price": Decimal("0.4"), "post_only": True},
        ),
        (
            {
                "amount": "5",
                "order_type": "limit",
                "limit_price": "0.4",
                "time_in_force": "GTD",
                "expires_minutes": 90,
            },
            {"time_in_force": "GTD", "expires_after": timedelta(minutes=90)},
        ),
        ({"amount": "5", "time_in_force": "FOK"}, {"order_type": "market", "time_in_force": "FOK"}),
        ({"amount_percent": "2.5"}, {"amount": Decimal(0), "amount_ratio": Decimal("0.025")}),
    ],
)
def test_every_way_to_order_is_published_and_decided(config: dict[str, Any], wanted: dict[str, Any]) -> None:
    graph = trading(**config)
    assert validate_graph(graph) == ()
    (intent,) = run(graph, World([market("1")])).intents
    assert {name: getattr(intent, name) for name in wanted} == wanted


def test_exits_are_attached_to_the_order_by_name_with_the_guards_of_stops() -> None:
    graph = trading(
        amount="5",
        stop_loss="0.2",
        trailing_stop="0.15",
        breakeven="0.1",
        take_profit="0.5",
        exit_after_minutes=60,
        exit_before_minutes=120,
        stop_hold_seconds=30,
        stop_price_floor="0.1",
    )
    assert validate_graph(graph) == ()
    decision = run(graph, World([market("1")]))
    (intent,) = decision.intents
    assert isinstance(intent, OrderIntent)
    rules = {rule.rule: rule for rule in intent.exits}
    assert list(rules) == [
        "stop_loss", "trailing_stop", "breakeven", "take_profit", "time_exit", "before_resolution"
    ]  # fmt: skip
    assert {name: getattr(rules["stop_loss"], name) for name in STOP} == STOP
    assert (rules["take_profit"].hold_seconds, rules["take_profit"].price_floor) == (0, None)
    assert (rules["time_exit"].minutes, rules["before_resolution"].minutes) == (60, 120)
    assert summary(decision, "t").rule == (
        "buy Yes for 5 USDC by FAK market order, stop loss at -20%, take profit at +50%, trailing stop at -15%, "
        "breakeven from +10%, stops that held for 30 seconds, stops not below 0.1, exit after 60 minutes, "
        "exit 120 minutes before the end"
    )


def test_exit_position_is_published() -> None:
    assert validate_graph(drawn([STREAM, node("x", "exit_position"), END], "s>x", "x.closed>e")) == ()


def test_market_order_in_usdc_is_published_in_both_versions() -> None:
    first = drawn([STREAM, node("t", "execute_trade", amount="5"), END], "s>t", "t.filled>e")
    second = trading(amount="5")
    assert validate_graph(first) == validate_graph(second) == ()
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
        ({"amount": "5", "take_profit": "0.1", "stop_hold_seconds": 5}, "are for stops"),
        ({"amount": "5", "stop_loss": "1"}, "at most 0.999"),
    ],
)
def test_orders_that_contradict_themselves_are_refused(config: dict[str, Any], said: str) -> None:
    problems = validate_graph(trading(**config))
    assert any(said in problem.message for problem in problems), problems


def test_broken_settings_are_told_once_when_publishing() -> None:
    assert [problem.code for problem in validate_graph(trading(stop_loss="9"))] == ["bad_config"]
