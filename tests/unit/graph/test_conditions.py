from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.graph.conditions.compile_rule import compile_rule, lookback_for
from domain.graph.conditions.explain_rule import explain, rule_words
from domain.graph.conditions.facts import Facts
from domain.graph.conditions.metric import find_metric, metric_names, parse_window
from domain.graph.conditions.settings import Conditions
from domain.market.market import Market
from domain.market.price_history import PriceHistory, PricePoint
from domain.money import Price
from tests.unit.graph.world import NOW, comparison, market


def conditions(*rules: object, match: str = "all") -> Conditions:
    return Conditions.model_validate({"conditions": list(rules), "match": match})


def facts(given: Market | None = None, added_minutes: int | None = None, past: str | None = None) -> Facts:
    histories: dict[str, PriceHistory | None] = {}
    if past is not None:
        point = PricePoint(at=NOW - timedelta(hours=1), price=Price(Decimal(past)))
        histories["m-yes"] = PriceHistory(token_id="m-yes", points=(point,))
    watchlist = {"m": NOW - timedelta(minutes=added_minutes)} if added_minutes is not None else None
    return Facts("m", given or market("m"), NOW, watchlist, histories)


def held(rule: object, given: Facts) -> bool | None:
    return compile_rule(conditions(rule).whole).test(given)


def sentence(rule: object, given: Facts) -> str:
    return explain(compile_rule(conditions(rule).whole), given)


def test_momentum_from_040_to_042_is_exactly_005() -> None:
    given = facts(past="0.40")
    metric = find_metric("momentum_1h")
    assert metric is not None
    assert metric.read(given) == Decimal("0.05")
    assert held(comparison("momentum_1h", "=", "0.05"), given) is True
    assert held(comparison("momentum_1h", ">", "0.05"), given) is False
    assert (
        sentence(comparison("momentum_1h", ">", "0.05"), given) == "1h momentum is exactly 0.05, not above it"
    )


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("price", "0.42"),
        ("volume", "600000"),
        ("volume_24h", "20000"),
        ("liquidity", "9000"),
        ("spread", "0.02"),
        ("hours_to_end", "48"),
        ("minutes_on_watchlist", "30"),
        ("on_watchlist", "1"),
    ],
)
def test_metric_reads_the_market(metric: str, value: str) -> None:
    assert held(comparison(metric, "=", value), facts(added_minutes=30)) is True
    assert held(comparison(metric, "!=", value), facts(added_minutes=30)) is False


@pytest.mark.parametrize(
    ("op", "below", "same", "above"),
    [
        (">", False, False, True),
        (">=", False, True, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        ("=", False, True, False),
        ("!=", True, False, True),
    ],
)
def test_operators(op: str, below: bool, same: bool, above: bool) -> None:
    for threshold, expected in (("600001", below), ("600000", same), ("599999", above)):
        assert held(comparison("volume", op, threshold), facts()) is expected


TRUE = comparison("volume", ">", "1")
FALSE = comparison("volume", "<", "1")
UNKNOWN = comparison("momentum_1h", ">", "0")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"all": [TRUE, TRUE]}, True),
        ({"all": [TRUE, UNKNOWN]}, None),
        ({"all": [UNKNOWN, FALSE]}, False),
        ({"any": [FALSE, FALSE]}, False),
        ({"any": [FALSE, UNKNOWN]}, None),
        ({"any": [UNKNOWN, TRUE]}, True),
        ({"not": TRUE}, False),
        ({"not": UNKNOWN}, None),
        ({"not": {"any": [FALSE, {"all": [FALSE, UNKNOWN]}]}}, True),
    ],
)
def test_unknown_is_neither_true_nor_false(rule: object, expected: bool | None) -> None:
    assert held(rule, facts()) is expected


def test_match_any_needs_one() -> None:
    assert compile_rule(conditions(FALSE, TRUE, match="any").whole).test(facts()) is True
    assert compile_rule(conditions(FALSE, TRUE, match="all").whole).test(facts()) is False


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (comparison("volume", ">", "1000000"), "volume 600,000 is below 1,000,000"),
        (comparison("volume", ">", "500000"), "volume 600,000 is above 500,000"),
        (comparison("volume", ">", "600000"), "volume is exactly 600,000, not above it"),
        (
            comparison("minutes_on_watchlist", ">", "1"),
            "minutes on watchlist is not known: it is not on the watchlist",
        ),
        (comparison("momentum_24h", ">", "1"), "24h momentum is not known: there is no price from 24h ago"),
        ({"all": [comparison("price", "<", "0.5"), FALSE]}, "volume 600,000 is above 1"),
        ({"any": [comparison("price", "<", "0.5"), FALSE]}, "price 0.42 is below 0.5"),
        ({"not": comparison("price", "<", "0.5")}, "price 0.42 is below 0.5"),
    ],
)
def test_sentence_names_what_decided(rule: object, said: str) -> None:
    assert sentence(rule, facts()) == said


def test_rounding_never_makes_different_numbers_look_alike() -> None:
    given = facts(market("m", volume=Decimal("99999.999999")))
    assert sentence(comparison("volume", ">=", "100000"), given) == "volume 99,999.999999 is below 100,000"


def test_flag_is_said_as_words() -> None:
    assert sentence(comparison("on_watchlist", "=", "0"), facts(added_minutes=3)) == "it is on the watchlist"
    assert rule_words(conditions(comparison("on_watchlist", "=", "0")).whole) == "not on the watchlist"
    assert rule_words(conditions(comparison("on_watchlist", "!=", "0")).whole) == "on the watchlist"


def test_rule_words_keep_the_nesting() -> None:
    rule = {"all": [TRUE, {"any": [FALSE, {"not": UNKNOWN}]}]}
    expected = "volume above 1 and (volume below 1 or not (1h momentum above 0))"
    assert rule_words(conditions(rule).whole) == expected


def test_many_comparisons_stay_a_bounded_sentence() -> None:
    rules = [comparison("volume", ">", str(number)) for number in range(50)]
    said = explain(compile_rule(conditions(*rules).whole), facts())
    assert len(said) <= 300
    assert said.endswith("44 more")


@pytest.mark.parametrize("text", ["5m", "90m", "1h", "720h", "1d", "30d"])
def test_window_of_5_minutes_to_30_days_is_known(text: str) -> None:
    assert parse_window(text) is not None


@pytest.mark.parametrize(
    "text", ["4m", "31d", "721h", "0h", "01h", "1w", "h", "", "-1h", "1.5h", "٣h", "999999m"]
)
def test_other_windows_are_refused(text: str) -> None:
    assert parse_window(text) is None
    with pytest.raises(ValidationError):
        conditions(comparison(f"momentum_{text}", ">", "0"))


@pytest.mark.parametrize(
    ("window", "lookback"),
    [("5m", 1), ("15m", 1), ("1h", 6), ("4h", 6), ("24h", 48), ("7d", 336), ("30d", 1440)],
)
def test_lookback_is_rounded_up_to_a_shared_step(window: str, lookback: int) -> None:
    span = parse_window(window)
    assert span is not None
    assert lookback_for(span) == timedelta(hours=lookback)


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = TRUE
    for _ in range(depth):
        rule = {"not": rule}
    return rule


def test_eight_levels_are_allowed_and_nine_are_not() -> None:
    assert held(nested(8), facts()) is True
    with pytest.raises(ValidationError, match="levels deep"):
        conditions(nested(9))
    with pytest.raises(ValidationError, match="levels deep"):
        conditions(nested(5_000))


def test_fifty_comparisons_are_allowed_and_more_are_not() -> None:
    half = {"all": [TRUE] * 25}
    conditions(half, half)
    with pytest.raises(ValidationError, match="more than 50"):
        conditions(half, half, TRUE)


@pytest.mark.parametrize(
    "value", [0.5, "NaN", "Infinity", "-Infinity", "x", "", None, True, [], "1e-30", "1e99", "9" * 60]
)
def test_value_must_be_bounded_decimal_text(value: object) -> None:
    with pytest.raises(ValidationError):
        conditions({"metric": "price", "op": ">", "value": value})


@pytest.mark.parametrize(
    "rule",
    [
        {},
        [],
        "volume > 1",
        None,
        {"metric": "volumes", "op": ">", "value": "1"},
        {"metric": "volume", "op": "=>", "value": "1"},
        {"metric": "volume", "op": ">", "value": "1", "more": 1},
        {"all": []},
        {"any": TRUE},
        {"all": [TRUE], "any": [TRUE]},
        {"not": [TRUE]},
    ],
)
def test_other_shapes_are_refused(rule: object) -> None:
    with pytest.raises(ValidationError):
        conditions(rule)


def test_market_without_outcomes_and_quotes_has_no_price() -> None:
    bare = market("m", outcomes=(), best_bid=None, best_ask=None, end_at=None)
    for metric in metric_names():
        if not metric.startswith("volume") and metric != "liquidity":
            assert held(comparison(metric, ">", "0"), facts(bare)) is None
