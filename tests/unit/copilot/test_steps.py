"""Steps in words other than purchases: order, branches, settings, and what begins where."""

import pytest

from domain.graph.validate_graph import validate_graph
from tests.unit.copilot.drafts import config, draft, graph_of, types, wires


@pytest.mark.parametrize(
    ("words", "node_type", "expected"),
    [
        ("wait 10 minutes", "wait", {"minutes": 10}),
        ("wait for 2 hours", "wait", {"hours": 2}),
        ("wait an hour and 30 minutes", "wait", {"minutes": 90}),
        ("wait three days", "wait", {"days": 3}),
        ("notify me", "notify", {}),
        ("send me an alert saying “Look at {question}”", "notify", {"message": "Look at {question}"}),
        ("remove them from the watchlist", "remove_from_watchlist", {}),
        ("take them off my watchlist", "remove_from_watchlist", {}),
        ("put them on my watchlist", "add_to_watchlist", {}),
        ("take the top 10 by volume", "sort_limit", {"metric": "volume", "order": "highest", "limit": 10}),
        ("keep only the top five by 24h volume", "sort_limit", {"metric": "volume_24h", "order": "highest", "limit": 5}),
        ("take the 3 markets with the lowest spread", "sort_limit", {"metric": "spread", "order": "lowest", "limit": 3}),
        ("sell half of the position", "exit_position", {"part": "percent", "percent": "50"}),
        ("sell everything", "exit_position", {}),
        ("keep only those with volume > 5k", "filter",
         {"conditions": [{"metric": "volume", "op": ">", "value": "5000"}]}),
        ("skip markets with price above 90 cents", "filter",
         {"conditions": [{"not": {"metric": "price", "op": ">", "value": "0.9"}}]}),
    ],
)  # fmt: skip
def test_other_steps(words: str, node_type: str, expected: dict[str, object]) -> None:
    made = draft(f"Check the watchlist. {words[0].upper()}{words[1:]}.")
    assert made.graph is not None
    assert made.not_understood == ()
    assert made.graph.nodes[-1].type == node_type
    assert made.graph.nodes[-1].config == expected
    assert validate_graph(made.graph)[1:] == ()


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("every 5 minutes", 300),
        ("every hour", 3600),
        ("hourly", 3600),
        ("each 15 min", 900),
        ("every 2h", 7200),
        ("once a day", 86_400),
        ("every five minutes", 300),
    ],
)
def test_intervals_in_many_words(words: str, seconds: int) -> None:
    made = draft(f"Check the watchlist {words} and notify me")
    assert (made.settings.interval_seconds, made.not_understood) == (seconds, ())


def test_a_second_interval_is_refused_and_a_too_short_one_is_lengthened() -> None:
    made = draft("Check the watchlist every 5 minutes. Monitor Crypto markets every hour.")
    assert made.settings.interval_seconds == 300
    assert [missed.why for missed in made.not_understood] == [
        "A strategy has one interval; another one was said before."
    ]
    short = draft("Check the watchlist every 5 seconds")
    assert short.settings.interval_seconds == 60
    assert any("shortest interval" in sentence for sentence in short.assumptions)


def test_otherwise_is_the_other_way_of_the_condition() -> None:
    graph = graph_of(
        "Check the watchlist. If price < 0.5, buy Yes for $10. Otherwise remove it from the watchlist."
    )
    assert "condition.false>unwatch" in wires(graph)


def test_two_conditions_begin_at_the_same_place() -> None:
    graph = graph_of(
        "Check the watchlist. If momentum > 5%, buy Yes for $10. If it ends within 2 hours, remove it from the watchlist."
    )
    assert {"monitor.out>condition", "monitor.out>condition-2", "condition-2.true>unwatch"} <= wires(graph)


def test_a_condition_at_the_end_stands_before_the_trade() -> None:
    graph = graph_of("Check the watchlist, wait 10 minutes and buy Yes for $10 if momentum > 5%")
    assert {"monitor.out>wait", "wait.out>condition", "condition.true>held"} <= wires(graph)


def test_what_was_bought_is_guarded_unless_the_words_say_otherwise() -> None:
    guarded = draft("Monitor Crypto markets. Buy Yes for $10")
    assert guarded.graph is not None
    assert "position_held" in types(guarded.graph)
    assert any("is not bought again" in sentence for sentence in guarded.assumptions)
    again = graph_of("Monitor Crypto markets. Buy Yes for $10 again and again")
    unwatched = graph_of("Check the watchlist. Buy Yes for $10, then remove it from the watchlist")
    assert "position_held" not in types(again) + types(unwatched)


def test_removing_from_the_watchlist_begins_at_the_watchlist() -> None:
    graph = graph_of("Remove markets from the watchlist if they end within 2 hours")
    assert wires(graph) == {"start.out>monitor", "monitor.out>condition", "condition.true>unwatch"}


def test_steps_without_markets_are_refused() -> None:
    for words in ("Add them to a watchlist", "Buy Yes for $10", "If volume > 10k, notify me"):
        made = draft(words)
        assert made.graph is None, words
        assert "which markets" in made.not_understood[0].why


def test_unknown_words_beside_known_ones_are_told_by_their_place() -> None:
    text = "Monitor Politics markets from Germany yesterday with volume > 10k"
    made = draft(text)
    assert made.graph is not None
    assert made.assumptions or made.not_understood


def test_allocation_is_not_part_of_a_drawing() -> None:
    made = draft("Monitor Crypto markets. Allocate $500.")
    assert [missed.fragment.text for missed in made.not_understood] == ["Allocate $500"]
    assert "when it is created" in made.not_understood[0].why


def test_a_name_may_be_said() -> None:
    assert draft("Monitor Crypto markets. Call it “Night Owl”").name == "Night Owl"
    assert draft('Monitor Crypto markets. Save strategy as "My Bot"').name in ("My Bot", "Crypto Market Bot")


def test_conditions_that_follow_each_other_are_behind_each_other() -> None:
    for words in (
        "if volume > 10k, if price < 0.5, buy Yes for $5",
        "if volume > 10k and whales are buying, buy Yes for $5",
    ):
        graph = graph_of(f"Check the watchlist. {words[0].upper()}{words[1:]}")
        second = "condition-2" if "price" in words else "whales"
        assert {"monitor.out>condition", f"condition.true>{second}"} <= wires(graph), words
        assert f"monitor.out>{second}" not in wires(graph)


def test_conditions_with_their_own_actions_stand_beside_each_other() -> None:
    graph = graph_of(
        "Check the watchlist. If price > 0.9 notify me, if volume < 1k remove it from the watchlist"
    )
    assert {"monitor.out>condition", "monitor.out>condition-2", "condition-2.true>unwatch"} <= wires(graph)


@pytest.mark.parametrize(
    ("words", "expected", "ports"),
    [
        (
            "whales are buying more than $20k in the last 4 hours",
            {"window": "4h", "trades_net_min": "20000"},
            ["buying"],
        ),
        ("whales have been selling", {"window": "1h"}, ["selling"]),
        (
            "whale positions changed",
            {"window": "1h", "large_trades": False, "holder_changes": True},
            ["buying", "selling"],
        ),
    ],
)
def test_whales_are_a_condition(words: str, expected: dict[str, object], ports: list[str]) -> None:
    made = draft(f"Check the watchlist. If {words}, notify me.")
    assert made.graph is not None
    assert (config(made.graph, "whales"), made.not_understood) == (expected, ())
    assert {f"whales.{port}>notify" for port in ports} <= wires(made.graph)
    assert validate_graph(made.graph) == ()


def test_a_comparison_that_is_left_over_refuses_the_sentence() -> None:
    for words in (
        "Monitor Crypto markets with volume > 10k or",
        "Monitor Crypto markets with over $5k of fun",
    ):
        made = draft(words)
        assert made.graph is None, words
        assert "whole or not at all" in made.not_understood[0].why


def test_what_is_to_be_left_out_is_so_before_it_is_added() -> None:
    graph = graph_of(
        "Add markets with volume > 100k to the watchlist but skip markets with price above 95 cents"
    )
    assert {"filter.out>filter-2", "filter-2.out>watch"} <= wires(graph)


def test_one_long_sentence_is_taken_apart_where_it_looks_at_something_else() -> None:
    graph = graph_of(
        "monitor politics markets with volume > $100k, add them to a watchlist, check watchlist every 5 minutes for "
        "momentum > 5%, if momentum is strong buy yes for $100"
    )
    assert {"filter.out>watch", "start.out>monitor", "monitor.out>condition", "held.false>buy"} <= wires(
        graph
    )


@pytest.mark.parametrize(
    "words",
    [
        "buy Yes for $25 in each market",
        "buy Yes for $25 per market",
        "for each of them buy Yes for $25",
        "buy $25 of Yes in every market",
    ],
)
def test_each_market_is_what_a_trade_is_for_anyway(words: str) -> None:
    made = draft(f"Monitor Crypto markets. {words[0].upper()}{words[1:]}")
    assert made.graph is not None
    assert (config(made.graph, "buy"), made.not_understood) == ({"outcome": "Yes", "amount": "25"}, ())


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("buy Yes for $10 in markets with volume > 10k and notify me",
         {"monitor.out>filter", "filter.out>held", "held.false>buy", "buy.filled>notify"}),
        ("buy Yes for $10 in the top 5 by volume", {"monitor.out>top", "top.out>held"}),
        ("buy Yes for $10 after 10 minutes", {"monitor.out>wait", "wait.out>held"}),
        ("notify me and sell everything after 2 days", {"monitor.out>notify", "notify.out>wait", "wait.out>sell"}),
        ("notify me, wait 10 minutes", {"monitor.out>notify", "notify.out>wait"}),
    ],
)  # fmt: skip
def test_what_narrows_or_delays_an_action_is_drawn_before_it(words: str, path: set[str]) -> None:
    made = draft(f"Check the watchlist. {words[0].upper()}{words[1:]}.")
    assert made.graph is not None
    assert made.not_understood == ()
    assert path <= wires(made.graph)


def test_leaving_the_watchlist_later_is_not_drawn_as_leaving_it_now() -> None:
    made = draft("Remove the market from the watchlist after 3 days")
    assert made.graph is None
    assert "how long" in made.not_understood[0].why
