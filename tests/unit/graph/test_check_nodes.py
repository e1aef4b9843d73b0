"""Nodes that measure a market and say what they measured."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.graph.nodes.check_momentum import momentum_score
from domain.graph.nodes.sort_limit import sorted_places
from domain.graph.validate_graph import validate_graph
from domain.strategy.decision import Decision
from tests.unit.graph.world import (
    NOW,
    World,
    comparison,
    drawn,
    left,
    market,
    node,
    order_book,
    run,
    summary,
)

STREAM = node("s", "stream_markets")
END = node("e", "end")
HOUR = timedelta(hours=1)


def checked(world: World, type_name: str, **config: Any) -> Decision:
    """Stream Markets, the node as `c`, and a Wait behind its first port to see the items."""
    check = node("c", type_name, **config)
    port = "out" if type_name in ("check_momentum", "sort_limit") else "true"
    graph = drawn([STREAM, check, node("w", "wait", minutes=1), END], "s>c", f"c.{port}>w", "w>e")
    return run(graph, world)


def sentences(decision: Decision) -> dict[str, str]:
    return {verdict.market_id: verdict.sentence for verdict in summary(decision, "c").verdicts}


def values(decision: Decision) -> dict[str, dict[str, str]]:
    return {item.market_id: item.values for known in decision.deferrals for item in known.items}


@pytest.mark.parametrize(
    ("change", "full", "score"),
    [
        ("0.05", "0.20", "0.25"),
        ("-0.05", "0.20", "-0.25"),
        ("0.20", "0.20", "1"),
        ("0.9", "0.20", "1"),
        ("-3", "0.20", "-1"),
        ("0", "0.20", "0"),
        ("0.05", "0.05", "1"),
    ],
)
def test_momentum_score_is_the_change_against_the_full_change(change: str, full: str, score: str) -> None:
    assert momentum_score(Decimal(change), Decimal(full)) == Decimal(score)


def test_check_momentum_attaches_score_and_change() -> None:
    world = World([market("1"), market("2")], histories={"1-yes": [(HOUR, "0.40")]})
    decision = checked(world, "check_momentum")
    assert values(decision) == {"1": {"momentum_score": "0.25", "momentum_change": "0.05"}}
    assert sentences(decision) == {
        "1": "1h price change 0.05 is a momentum score of 0.25",
        "2": "momentum is not known: no price from 1h ago is known",
    }
    assert summary(decision, "c").rule == "score 1h momentum, full at 20%"


def test_check_momentum_lets_only_set_scores_through() -> None:
    world = World([market("1"), market("2")])
    world.histories = {"1-yes": [(4 * HOUR, "0.40")], "2-yes": [(4 * HOUR, "0.30")]}
    decision = checked(world, "check_momentum", window="4h", score_min="0.5")
    assert left(decision, "c", "out") == ["2"]
    assert sentences(decision)["1"] == (
        "4h price change 0.05 is a momentum score of 0.25; momentum score 0.25 is below 0.5"
    )


def test_attached_numbers_can_be_compared_behind_the_node() -> None:
    world = World([market("1"), market("2")])
    world.histories = {"1-yes": [(HOUR, "0.40")], "2-yes": [(HOUR, "0.30")]}
    strong = node("f", "filter", conditions=[comparison("momentum_score", ">", "0.3")])
    graph = drawn([STREAM, node("c", "check_momentum"), strong, END], "s>c", "c>f", "f>e")
    decision = run(graph, world)
    assert left(decision, "f", "out") == ["2"]
    assert summary(decision, "f").verdicts[1].sentence == "momentum score 0.25 is below 0.3"
    lonely = run(drawn([STREAM, strong, END], "s>f", "f>e"), world)
    assert summary(lonely, "f").verdicts[0].sentence == (
        "momentum score is not known: no Check Momentum node before gave it"
    )


def test_check_volume_says_values_against_thresholds() -> None:
    world = World([market("1"), market("2", volume_24h=Decimal(300_000)), market("3", volume=Decimal(0))])
    decision = checked(world, "check_volume", volume_min="500000", share_24h_min="0.25")
    assert left(decision, "c", "true") == ["2"]
    assert left(decision, "c", "false") == ["1", "3"]
    assert sentences(decision) == {
        "1": "share of volume in 24 hours 0.0333333 is below 0.25",
        "2": "volume 600,000 is above 500,000 and share of volume in 24 hours 0.5 is above 0.25",
        "3": "volume 0 is below 500,000",
    }


def test_check_spread_depth_reads_the_book_of_the_outcome() -> None:
    world = World([market("1"), market("2"), market("3")])
    world.books = {
        "1-no": order_book("1-no", [("0.57", "100"), ("0.50", "1000"), ("0.10", "9")], [("0.58", "200")]),
        "2-no": order_book("2-no", [], [("0.58", "200")]),
    }
    decision = checked(
        world, "check_spread_depth", outcome="no", spread_max="0.02", depth_min="100", depth_within="0.07"
    )
    assert values(decision) == {
        "1": {"book_spread": "0.01", "book_depth_bids": "557", "book_depth_asks": "116"}
    }
    assert sentences(decision) == {
        "1": "spread in the book 0.01 is below 0.02, depth of bids 557 is above 100 and depth of asks 116 is above 100",
        "2": "depth of bids 0 is below 100",
        "3": "the book is not known: the venue has no book for it",
    }
    assert left(decision, "c", "false") == ["2"]


def test_price_cross_needs_the_other_side_within_the_window() -> None:
    world = World([market("1"), market("2"), market("3"), market("4")])
    world.histories = {
        "1-yes": [(HOUR / 2, "0.38"), (HOUR / 4, "0.41")],
        "2-yes": [(HOUR, "0.45"), (HOUR / 2, "0.44")],
        "3-yes": [(2 * HOUR, "0.10"), (HOUR, "0.41"), (HOUR / 2, "0.43")],
    }
    decision = checked(world, "price_cross", level="0.40", direction="above")
    assert left(decision, "c", "true") == ["1"]
    assert sentences(decision) == {
        "1": "price 0.42 crossed above 0.4: it was 0.38 within 1h",
        "2": "price 0.42 is above 0.4 without crossing it: between 0.42 and 0.45 within 1h",
        "3": "price 0.42 is above 0.4 without crossing it: between 0.41 and 0.43 within 1h",
        "4": "past prices are not known: there are none within 1h",
    }


@pytest.mark.parametrize(
    ("direction", "outcome", "past", "crossed"),
    [
        ("below", "first", "0.5", True),
        ("below", "first", "0.4", False),
        ("either", "first", "0.5", True),
        ("above", "first", "0.5", False),
        ("above", "No", "0.4", True),
        ("above", "second", "0.4", True),
    ],
)
def test_price_cross_directions_and_outcomes(direction: str, outcome: str, past: str, crossed: bool) -> None:
    token = "1-yes" if outcome == "first" else "1-no"
    world = World([market("1")], histories={token: [(HOUR, past)]})
    level = "0.42" if outcome == "first" else "0.58"
    decision = checked(world, "price_cross", level=level, direction=direction, outcome=outcome)
    assert left(decision, "c", "true") == (["1"] if crossed else [])


def test_time_on_watchlist_counts_minutes() -> None:
    world = World([market("1"), market("2"), market("3")])
    world.watch("1", minutes_ago=30)
    world.watch("2", minutes_ago=29)
    decision = checked(world, "time_on_watchlist", minutes_min=30)
    assert (left(decision, "c", "true"), left(decision, "c", "false")) == (["1"], ["2"])
    assert sentences(decision)["3"] == "minutes on watchlist is not known: it is not on the watchlist"


def test_time_to_resolution_is_never_in_the_past() -> None:
    world = World(
        [
            market("1"),
            market("2", end_at=NOW - HOUR),
            market("3", end_at=None),
            market("4", end_at=NOW + 200 * HOUR),
        ]
    )
    decision = checked(world, "time_to_resolution", hours_max="72")
    assert (left(decision, "c", "true"), left(decision, "c", "false")) == (["1"], ["2", "4"])
    assert sentences(decision)["4"] == "hours to end 200 is above 72"


def test_sort_limit_puts_unknown_last_and_keeps_equals_in_order() -> None:
    one, two = Decimal(1), Decimal(2)
    assert sorted_places([one, None, two, one, None], highest=True) == [2, 0, 3, 1, 4]
    assert sorted_places([two, None, one, two], highest=False) == [2, 0, 3, 1]
    assert sorted_places([], highest=True) == []


def test_sort_limit_by_momentum() -> None:
    world = World([market("1"), market("2"), market("3")])
    world.histories = {"1-yes": [(HOUR, "0.40")], "3-yes": [(HOUR, "0.30")]}
    decision = checked(world, "sort_limit", metric="momentum_1h", limit=1)
    assert list(values(decision)) == ["3"]
    assert sentences(decision) == {
        "3": "place 1 of 3: 1h momentum 0.4",
        "1": "place 2 of 3: 1h momentum 0.05; only the first 1 go on",
        "2": "place 3 of 3: 1h momentum is not known: there is no price from 1h ago; only the first 1 go on",
    }


@pytest.mark.parametrize(
    ("type_name", "config", "said"),
    [
        ("check_momentum", {"window": "2w"}, "must be a time from 5m to 30d"),
        ("check_momentum", {"score_min": "0.5", "score_max": "0.1"}, "must not be above"),
        ("check_momentum", {"full_change": 0.2}, "must be a number written as text"),
        ("check_volume", {}, "needs at least one threshold"),
        ("check_spread_depth", {"depth_within": "0.1"}, "needs a spread at most or a depth at least"),
        ("price_cross", {}, "is missing"),
        ("time_on_watchlist", {}, "needs a time"),
        ("time_to_resolution", {"hours_min": "5", "hours_max": "2"}, "must not be above"),
        ("whale_activity", {"large_trades": False}, "must look at"),
        ("sort_limit", {"metric": "beauty"}, "is no metric"),
        ("notify", {"message": "{beauty}"}, "{beauty}, which is not known"),
        ("exit_position", {"part": "percent"}, "percent is missing"),
        ("exit_position", {"percent": "5"}, "only for part percent"),
    ],
)
def test_settings_that_make_no_sense_are_refused(type_name: str, config: dict[str, Any], said: str) -> None:
    problems = validate_graph(drawn([STREAM, node("c", type_name, **config)], "s>c"))
    assert any(said in problem.message and problem.node_id == "c" for problem in problems), problems
