import json
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from domain.graph.compile_graph import compile_graph
from domain.graph.config_field import Config
from domain.graph.parse_graph import parse_graph
from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import CarriedItem, Decision, EntryPoint, Notify, OrderIntent
from domain.templates.catalogue import ALL, TEMPLATES, describe
from domain.templates.template import Template
from tests.unit.graph.world import NOW, World, market, order_book, public_trade, run

HOUR = timedelta(hours=1)


def extremes(schema: dict[str, Any]) -> list[object]:
    """Lowest and highest value that a parameter's schema allows, and every choice."""
    if "anyOf" in schema:
        return [value for part in schema["anyOf"] for value in extremes(part)]
    if schema.get("type") == "null":
        return [None]
    if "enum" in schema:
        return list(schema["enum"])
    if schema.get("format") == "decimal":
        return [schema["x-minimum"], schema["x-maximum"]]
    if schema.get("type") == "integer":
        return [schema["minimum"], schema["maximum"]]
    return ["a", "b" * schema["maxLength"]]


def parsed(template: Template[Any], raw: dict[str, object]) -> Config | None:
    params = template.parse(raw)
    return None if isinstance(params, tuple) else params


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.id)
def test_template_gives_a_graph_without_problems_for_all_extremes(template: Template[Any]) -> None:
    properties = template.parameters.model_json_schema()["properties"]
    choices = [[(name, value) for value in extremes(schema)] for name, schema in properties.items()]
    built = 0
    for combination in product(*choices):
        params = parsed(template, dict(combination))
        if params is None:
            continue  # two settings that contradict each other, such as a price band turned around
        graph = template.build(params)
        assert validate_graph(graph) == ()
        assert parse_graph(graph.model_dump(mode="json")) == graph
        built += 1
    assert built > 2


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.id)
def test_template_says_what_it_does_and_what_it_risks(template: Template[Any]) -> None:
    assert template.parameters() == template.parse({})
    assert 1 <= template.interval_minutes <= 60
    assert template.title
    assert len(template.description) > 40
    assert template.risk_note
    compile_graph(template.build(template.parameters()))


def test_at_least_eight_templates_are_described_as_json() -> None:
    described = json.loads(json.dumps(describe()))
    assert len(described) == len(TEMPLATES) >= 8
    assert described[0]["id"] == "politics-momentum-bot"
    for known in described:
        for name, schema in known["parameters_schema"]["properties"].items():
            assert schema["title"], name
            assert schema["description"], name
            assert "default" in schema, name


def test_bad_parameters_are_told_by_field() -> None:
    problems = TEMPLATES["politics-momentum-bot"].parse(
        {"amount": 5.0, "momentum_min": "7", "momentum_window": "2w"}
    )
    assert isinstance(problems, tuple)
    assert {problem.field for problem in problems} == {"amount", "momentum_min", "momentum_window"}
    nested: Any = {}
    for _ in range(5_000):
        nested = {"x": nested}
    assert isinstance(TEMPLATES["dip-buyer"].parse({"amount": nested}), tuple)


def default(template_id: str, **changes: object) -> Any:
    template = TEMPLATES[template_id]
    params = template.parse(changes)
    assert not isinstance(params, tuple), params
    return template.build(params)


def kinds(decision: Decision) -> list[tuple[str, str | None]]:
    return [(effect.kind, effect.market_id) for effect in decision.effects]


def test_politics_momentum_bot_watches_then_buys_then_unwatches() -> None:
    graph = default("politics-momentum-bot")
    world = World([market("1"), market("2"), market("3", volume=Decimal(100_000))])
    world.histories = {"1-yes": [(HOUR, "0.39")], "2-yes": [(HOUR, "0.41")]}
    first = run(graph, world)
    assert kinds(first) == [("add_to_watchlist", "1"), ("add_to_watchlist", "2")]
    world.watch("1", "2", minutes_ago=15)
    second = run(graph, world)
    assert kinds(second) == [("order_intent", "1")]
    intent = second.intents[0]
    assert isinstance(intent, OrderIntent)
    assert (intent.outcome, intent.amount) == ("Yes", Decimal(100))
    assert "1h momentum 0.0769231 is above 0.05" in intent.reason
    filled = EntryPoint(node_id="buy", port="filled", items=(CarriedItem(market_id="1"),))
    assert kinds(run(graph, world, filled)) == [("remove_from_watchlist", "1")]


def test_politics_momentum_bot_buys_at_once_without_a_watching_time() -> None:
    world = World([market("1")])
    world.histories = {"1-yes": [(HOUR, "0.39")]}
    decision = run(default("politics-momentum-bot", watch_minutes=0), world)
    assert kinds(decision) == [("add_to_watchlist", "1"), ("order_intent", "1")]


def test_closing_soon_favourites_buys_each_market_once() -> None:
    graph = default("closing-soon-favourites")
    likely = market("1", best_bid=Decimal("0.88"), best_ask=Decimal("0.90"), end_at=NOW + 5 * HOUR)
    world = World([likely, market("2")])
    assert kinds(run(graph, world)) == [("add_to_watchlist", "1"), ("order_intent", "1")]
    world.watch("1")
    assert kinds(run(graph, world)) == []
    failed = EntryPoint(node_id="buy", port="failed", items=(CarriedItem(market_id="1"),))
    assert kinds(run(graph, world, failed)) == [("remove_from_watchlist", "1")]


def test_dip_buyer_buys_one_dip_once() -> None:
    graph = default("dip-buyer")
    world = World([market("1"), market("2")])
    world.histories = {"1-yes": [(24 * HOUR, "0.60")], "2-yes": [(24 * HOUR, "0.42")]}
    assert kinds(run(graph, world)) == [("add_to_watchlist", "1"), ("order_intent", "1")]
    world.watch("1")
    assert kinds(run(graph, world)) == []
    world.histories["1-yes"] = [(24 * HOUR, "0.42")]
    assert kinds(run(graph, world)) == [("remove_from_watchlist", "1")]


def test_watch_and_wait_looks_twice() -> None:
    graph = default("watch-and-wait")
    world = World([market("1"), market("2")])
    first = run(graph, world)
    assert kinds(first) == [("add_to_watchlist", "1"), ("add_to_watchlist", "2")]
    (deferral,) = first.deferrals
    assert deferral.due_at == NOW + HOUR
    world.watch("1", "2")
    world.histories = {"1-yes": [(HOUR, "0.40")], "2-yes": [(HOUR, "0.44")]}
    later = run(graph, world, EntryPoint(node_id="wait", port="out", items=deferral.items))
    assert kinds(later) == [("remove_from_watchlist", "2"), ("order_intent", "1")] or kinds(later) == [
        ("order_intent", "1"),
        ("remove_from_watchlist", "2"),
    ]
    assert kinds(run(graph, world)) == []


def test_watchlist_builder_never_trades_and_tidies_up() -> None:
    graph = default("watchlist-builder", category="politics")
    world = World([market("1"), market("2", end_at=NOW + 2 * HOUR)])
    world.watch("2")
    assert kinds(run(graph, world)) == [("add_to_watchlist", "1"), ("remove_from_watchlist", "2")]


def failed(market_id: str) -> EntryPoint:
    return EntryPoint(node_id="buy", port="failed", items=(CarriedItem(market_id=market_id),))


def test_whale_follower_follows_each_move_once() -> None:
    graph = default("whale-follower")
    world = World([market("1"), market("2"), market("3", best_bid=Decimal("0.90"), best_ask=Decimal("0.92"))])
    bought = public_trade("1-yes", "BUY", "0.42", "40000")
    world.trades = {"0x1": [bought], "0x3": [public_trade("3-yes", "BUY", "0.9", "40000")]}
    first = run(graph, world)
    assert kinds(first) == [("add_to_watchlist", "1"), ("order_intent", "1")]
    assert first.intents[0].outcome == "Yes"
    assert first.intents[0].reason == "put on the watchlist"
    world.watch("1")
    assert kinds(run(graph, world)) == []
    world.trades = {"0x1": [public_trade("1-no", "BUY", "0.58", "40000")]}
    assert kinds(run(graph, world)) == [("remove_from_watchlist", "1")]
    assert kinds(run(graph, world, failed("1"))) == [("remove_from_watchlist", "1")]


def test_breakout_buyer_needs_the_crossing_and_a_good_book() -> None:
    graph = default("breakout-buyer", level="0.40")
    world = World([market("1"), market("2"), market("3")])
    world.histories = {"1-yes": [(HOUR, "0.35")], "2-yes": [(HOUR, "0.45")], "3-yes": [(HOUR, "0.35")]}
    deep = [("0.43", "1000")]
    world.books = {
        "1-yes": order_book("1-yes", [("0.41", "1000")], deep),
        "3-yes": order_book("3-yes", [("0.30", "1000")], deep),
    }
    assert kinds(run(graph, world)) == [("add_to_watchlist", "1"), ("order_intent", "1")]
    world.watch("1")
    world.markets = [market("1", best_bid=Decimal("0.36"), best_ask=Decimal("0.38"))]
    world.histories = {"1-yes": [(HOUR, "0.45")]}
    assert kinds(run(graph, world)) == [("remove_from_watchlist", "1")]


def test_spike_fader_buys_the_other_outcome_and_pauses() -> None:
    graph = default("spike-fader")
    world = World([market("1"), market("2"), market("3", end_at=NOW + 5 * HOUR)])
    world.histories = {f"{known}-yes": [(4 * HOUR, "0.30")] for known in ("1", "3")}
    first = run(graph, world)
    assert kinds(first) == [("add_to_watchlist", "1"), ("order_intent", "1")]
    assert first.intents[0].outcome == "No"
    pause = next(known for known in first.deferrals if known.node_id == "pause")
    assert pause.due_at == NOW + 24 * HOUR
    world.watch("1")
    over = EntryPoint(node_id="pause", port="out", items=pause.items)
    assert kinds(run(graph, world, over)) == [("remove_from_watchlist", "1")]


def test_top_movers_alert_tells_the_strongest_once() -> None:
    graph = default("top-movers-alert", count=1)
    world = World([market("1"), market("2"), market("3")])
    world.histories = {
        "1-yes": [(4 * HOUR, "0.40")],
        "2-yes": [(4 * HOUR, "0.30")],
        "3-yes": [(4 * HOUR, "0.50")],
    }
    first = run(graph, world)
    assert kinds(first) == [("notify", "2"), ("add_to_watchlist", "2")]
    told = first.effects[0]
    assert isinstance(told, Notify)
    assert told.message == "Will 2 happen? moved by 0.4 to 0.42, volume 600,000"
    world.watch("2")
    assert kinds(run(graph, world)) == [("notify", "1"), ("add_to_watchlist", "1")]
    world.watchlist = []
    world.watch("2", minutes_ago=12 * 60)
    assert ("remove_from_watchlist", "2") in kinds(run(graph, world))


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.id)
def test_a_template_whose_watchlist_remembers_what_was_bought_keeps_it_for_good(
    template: Template[Any],
) -> None:
    """An entry that expires would let its market be bought a second time."""
    nodes = template.describe()["graph"]["nodes"]
    asks = any(
        condition.get("metric") == "on_watchlist"
        for node in nodes
        for condition in node["config"].get("conditions", ())
    )
    buys = any(node["type"] == "execute_trade" for node in nodes)
    assert (template.watchlist.expire_after_hours is None) == (asks and buys)
