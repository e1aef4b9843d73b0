"""Near relatives of the known sentences: thresholds, categories, actions, and what is refused."""

import pytest

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
        ("a price above 0.5 and below 0.8", ["price > 0.5", "price < 0.8"]),
        ("price up by 3% within 15 minutes", ["momentum_15m >= 0.03"]),
        ("a 5% price increase in the last hour", ["momentum_1h >= 0.05"]),
        ("on the watchlist for at least an hour", ["minutes_on_watchlist >= 60"]),
    ],
)  # fmt: skip
def test_thresholds_in_many_words_are_exact_rules(words: str, rules: list[str]) -> None:
    made = draft(f"Check the watchlist. If a market has {words}, notify me.")
    assert made.not_understood == ()
    assert made.graph is not None
    assert conditions(made.graph, "condition") == rules
    assert validate_graph(made.graph) == ()


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
