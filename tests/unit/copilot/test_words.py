"""Near relatives of the known sentences: thresholds, categories, actions, and what is refused."""

import pytest

from domain.graph.publish_graph import publish_problems
from domain.graph.validate_graph import validate_graph
from tests.unit.copilot.drafts import conditions, config, draft, graph_of, types, wires


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("volume > $100k", ["volume > 100000"]),
        ("a volume of more than 1.5 million USDC", ["volume > 1500000"]),
        ("more than $2m in volume", ["volume > 2000000"]),
        ("volume above 1,250,000", ["volume > 1250000"]),
        ("volume exceeding 50K", ["volume > 50000"]),
        ("liquidity of at least $10k", ["liquidity >= 10000"]),
        ("liquidity ≥ 10k", ["liquidity >= 10000"]),
        ("$10k+ liquidity", ["liquidity >= 10000"]),
        ("liquidity $10k or more", ["liquidity >= 10000"]),
        ("no less than 10k of liquidity", ["liquidity >= 10000"]),
        ("24h volume over 5k", ["volume_24h > 5000"]),
        ("daily volume over 5k", ["volume_24h > 5000"]),
        ("volume over 5k in the last 24 hours", ["volume_24h > 5000"]),
        ("price below 30 cents", ["price < 0.3"]),
        ("price under 30c", ["price < 0.3"]),
        ("price below $0.30", ["price < 0.3"]),
        ("a price between 20c and 40c", ["price >= 0.2", "price <= 0.4"]),
        ("probability above 90%", ["price > 0.9"]),
        ("spread of at most 2 cents", ["spread <= 0.02"]),
        ("spread < 0.02", ["spread < 0.02"]),
        ("ending within 24 hours", ["hours_to_end <= 24"]),
        ("that resolve in less than 3 days", ["hours_to_end < 72"]),
        ("more than 12 hours left", ["hours_to_end > 12"]),
        ("time to resolution < 48 hours", ["hours_to_end < 48"]),
        ("at least 2 days to the end", ["hours_to_end >= 48"]),
        ("momentum > 5%", ["momentum_1h > 0.05"]),
        ("momentum over 5%", ["momentum_1h > 0.05"]),
        ("4h momentum above 3%", ["momentum_4h > 0.03"]),
        ("momentum above 3% in the last 4 hours", ["momentum_4h > 0.03"]),
        ("momentum over 4 hours above 3%", ["momentum_4h > 0.03"]),
        ("momentum_15m >= 0.02", ["momentum_15m >= 0.02"]),
        ("5%+ momentum", ["momentum_1h >= 0.05"]),
        ("price up 5% in the last 30 minutes", ["momentum_30m >= 0.05"]),
        ("price fell by more than 10% in the last 24 hours", ["momentum_24h < -0.1"]),
        ("volume > 100k and momentum > 5%", ["volume > 100000", "momentum_1h > 0.05"]),
        ("volume > 100k, liquidity > 5k and spread < 0.05", ["volume > 100000", "liquidity > 5000", "spread < 0.05"]),
        ("on the watchlist for at least an hour", ["minutes_on_watchlist >= 60"]),
    ],
)  # fmt: skip
def test_thresholds_in_many_words_are_exact_rules(words: str, rules: list[str]) -> None:
    made = draft(f"Check the watchlist. If a market has {words}, notify me.")
    assert made.not_understood == ()
    assert made.graph is not None
    assert conditions(made.graph, "condition") == rules
    assert publish_problems(made.graph) == ()


def test_or_and_brackets_keep_their_meaning() -> None:
    graph = graph_of("Check the watchlist. If (volume > 1k or liquidity > 2k) and price < 0.5, notify me")
    assert config(graph, "condition")["conditions"] == [
        {
            "any": [
                {"metric": "volume", "op": ">", "value": "1000"},
                {"metric": "liquidity", "op": ">", "value": "2000"},
            ]
        },
        {"metric": "price", "op": "<", "value": "0.5"},
    ]
    made = draft("Check the watchlist. If volume > 1k or liquidity > 2k and price < 0.5, notify me")
    assert made.graph is not None
    assert config(made.graph, "condition")["match"] == "any"
    assert "“And” binds closer than “or”." in made.assumptions


@pytest.mark.parametrize(
    ("words", "search"),
    [
        ("Monitor Crypto markets", {"tag": "crypto"}),
        ("Find markets in the Sports category", {"tag": "sports"}),
        ("Watch all markets", {}),
        ("Scan Pop Culture markets", {"tag": "pop-culture"}),
        ("Track markets about “Bitcoin ETF”", {"text": "Bitcoin ETF"}),
        ("Look for Politics markets mentioning Trump", {"tag": "politics", "text": "Trump"}),
        ("Stream Crypto markets with liquidity of at least $5k that end within 2 days",
         {"tag": "crypto", "liquidity_min": "5000", "end_within_hours": "48"}),
    ],
)  # fmt: skip
def test_categories_and_words_are_asked_of_the_venue(words: str, search: dict[str, str]) -> None:
    made = draft(words)
    assert made.graph is not None
    assert (config(made.graph, "stream"), made.not_understood) == (search, ())


def test_a_category_nobody_knows_is_taken_and_told() -> None:
    made = draft("Monitor Ukraine Grain markets and add them to my watchlist")
    assert made.graph is not None
    assert config(made.graph, "stream") == {"tag": "ukraine-grain"}
    assert any("Ukraine Grain" in sentence for sentence in made.assumptions)


def test_two_categories_are_two_searches_into_one_path() -> None:
    graph = graph_of("Monitor Politics and Crypto markets and add them to a watchlist")
    assert wires(graph) == {
        "start.out>stream",
        "start.out>stream-2",
        "stream.out>watch",
        "stream-2.out>watch",
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("buy Yes for $100", {"outcome": "Yes", "amount": "100"}),
        ("buy NO for 20 dollars", {"outcome": "No", "amount": "20"}),
        ("buy $50 of Yes", {"outcome": "Yes", "amount": "50"}),
        ("bet $5 on No", {"outcome": "No", "amount": "5"}),
        ("purchase yes shares worth 12.50 USDC", {"outcome": "Yes", "amount": "12.5"}),
        ("buy Yes with 5% of the allocation", {"outcome": "Yes", "amount_percent": "5"}),
        ("buy Yes for $100 with at most 2% slippage", {"outcome": "Yes", "amount": "100", "slippage_max": "0.02"}),
        ("place a limit order for Yes at 45 cents for $100",
         {"outcome": "Yes", "amount": "100", "limit_price": "0.45", "order_type": "limit"}),
        ("buy Yes for $10 with a 5% stop loss and a take profit of 20%",
         {"outcome": "Yes", "amount": "10", "stop_loss": "0.05", "take_profit": "0.2"}),
        ("buy Yes for $10, trailing stop 8%", {"outcome": "Yes", "amount": "10", "trailing_stop": "0.08"}),
    ],
)  # fmt: skip
def test_purchases_in_many_words(words: str, expected: dict[str, str]) -> None:
    made = draft(f"Check the watchlist, then {words}")
    assert made.graph is not None
    assert made.not_understood == ()
    assert config(made.graph, "buy") == expected
    assert validate_graph(made.graph) == ()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("buy Yes", "how much"),
        ("buy for $100", "Yes or No"),
        ("buy 100 Yes shares", "not in shares"),
        ("buy Yes for $100 at most twice a day", "whole or not at all"),
        ("buy Yes for $100 if the moon is full", "condition"),
        ("if the market is busy, buy Yes for $100", "condition"),
        ("buy Yes for $100 unless Bob disagrees", "condition"),
        ("don't buy Yes for $100", "what should not happen"),
        ("never buy Yes for $100", "what should not happen"),
        ("buy Yes for €100", "how much"),
        ("sell it quickly", "whole or not at all"),
    ],
)
def test_what_spends_money_is_taken_whole_or_not_at_all(words: str, why: str) -> None:
    made = draft(f"Check the watchlist. {words}")
    assert made.graph is not None
    assert types(made.graph) == ["start", "monitor_watchlist"]
    (missed,) = made.not_understood
    assert why.casefold() in f"{missed.why} {missed.fragment.text}".casefold()
    assert missed.why


def test_what_follows_a_refused_step_is_refused_too() -> None:
    made = draft("Monitor Crypto markets. Buy Yes for $100 like crazy. Then remove them from the watchlist.")
    assert made.graph is not None
    assert types(made.graph) == ["start", "stream_markets"]
    assert [missed.why for missed in made.not_understood][
        1
    ] == "It continues what was not understood before it."


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
    assert publish_problems(made.graph) == ()


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
