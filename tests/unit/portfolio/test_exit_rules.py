"""What each exit rule makes of the best bid and the time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.exit_rules import NOTHING_SEEN, ExitCondition, Guarded, RuleMemory, Verdict

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def price(text: str) -> Price:
    return Price(Decimal(text))


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def condition(
    kind: str, *, entry: str = "0.40", ends_at: datetime | None = None, **settings: Any
) -> ExitCondition:
    rule = ExitRule.model_validate({"rule": kind, "kind": kind, **settings})
    return ExitCondition(rule, Guarded(price(entry), START, ends_at))


def walk(watched: ExitCondition, *bids: str | None, every: float = 1) -> list[Verdict]:
    """A bid per `every` seconds, memory handed on; None is a bid that is not known."""
    memory, verdicts = NOTHING_SEEN, []
    for index, bid in enumerate(bids):
        verdict = watched.judge(memory, None if bid is None else price(bid), later(index * every))
        memory = verdict.memory
        verdicts.append(verdict)
    return verdicts


def sells(watched: ExitCondition, *bids: str | None, every: float = 1) -> list[bool]:
    return [verdict.sells for verdict in walk(watched, *bids, every=every)]


def test_a_stop_loss_sells_at_its_level_and_below_never_above() -> None:
    stop = condition("stop_loss", ratio="0.1")
    assert sells(stop, "0.50", "0.361", "0.36", "0.20") == [False, False, True, True]
    assert sells(condition("stop_loss", price="0.30"), "0.31", "0.30") == [False, True]


def test_a_take_profit_sells_at_its_level_and_above() -> None:
    assert sells(condition("take_profit", ratio="0.5"), "0.59", "0.60", "0.61") == [False, True, True]
    assert sells(condition("take_profit", price="0.45"), "0.44", "0.45") == [False, True]


def test_a_trailing_stop_follows_the_highest_bid() -> None:
    trailing = condition("trailing_stop", ratio="0.1")
    assert sells(trailing, "0.39", "0.36", "0.50", "0.46", "0.45") == [False, False, False, False, True]
    assert walk(trailing, "0.50", "0.40")[1].level == price("0.45")


def test_a_trailing_stop_sleeps_until_its_gain_was_reached() -> None:
    trailing = condition("trailing_stop", ratio="0.1", activation_ratio="0.25")
    assert sells(trailing, "0.49", "0.30", "0.50", "0.45") == [False, False, False, True]
    asleep, _, awake, _ = walk(trailing, "0.49", "0.30", "0.50", "0.45")
    assert asleep.level is None
    assert awake.memory.activated_at == later(2)


def test_breakeven_sells_at_the_entry_price_once_the_gain_was_there() -> None:
    breakeven = condition("breakeven", ratio="0.2")
    assert sells(breakeven, "0.39", "0.47", "0.40") == [False, False, False]
    assert sells(breakeven, "0.48", "0.41", "0.40") == [False, False, True]


def test_a_time_exit_counts_from_the_opening_and_needs_no_bid() -> None:
    timed = condition("time_exit", minutes=1)
    assert sells(timed, "0.40", None, every=59.9) == [False, False]
    assert sells(timed, None, None, every=60) == [False, True]
    assert walk(timed, "0.40")[0].due_at == later(60)


def test_before_resolution_counts_back_from_the_end_and_waits_while_none_is_known() -> None:
    timed = condition("before_resolution", minutes=10, ends_at=later(900))
    assert sells(timed, None, None, every=300) == [False, True]
    assert walk(timed, None)[0].due_at == later(300)
    unknown = condition("before_resolution", minutes=10)
    assert (sells(unknown, "0.40"), walk(unknown, "0.40")[0].due_at) == ([False], None)


def test_wick_protection_waits_until_the_condition_held_without_a_break() -> None:
    patient = condition("stop_loss", ratio="0.1", hold_seconds=3)
    assert sells(patient, "0.30", "0.31", "0.32", "0.33") == [False, False, False, True]
    assert sells(patient, "0.30", "0.31", "0.37", "0.33", "0.33", "0.33") == [False] * 6
    assert walk(patient, "0.50", "0.30")[1].due_at == later(4)
    assert walk(patient, "0.30", "0.50")[1].due_at is None


def test_unknown_prices_neither_prove_nor_break_that_a_condition_holds() -> None:
    patient = condition("stop_loss", ratio="0.1", hold_seconds=3)
    assert sells(patient, "0.30", "0.30", None, None, "0.30", "0.30", "0.30") == [False] * 5 + [True] * 2
    assert sells(patient, None, None, None, None, None) == [False] * 5
    unknown = walk(patient, "0.30", None)[1]
    assert unknown.memory.breached_since == START
    assert unknown.due_at is None


def test_what_was_heard_of_a_gap_lifts_the_peak_and_wakes_but_proves_no_holding() -> None:
    trailing = condition("trailing_stop", ratio="0.1", activation_ratio="0.25")
    memory = trailing.heard_of(RuleMemory(unknown_since=START), price("0.60"), later(5))
    assert (memory.peak, memory.activated_at) == (price("0.60"), later(5))
    assert memory.unknown_since == START
    assert trailing.heard_of(memory, price("0.50"), later(6)) == memory
    assert trailing.judge(memory, price("0.54"), later(9)).sells


@pytest.mark.parametrize("kind", ["stop_loss", "take_profit"])
def test_levels_count_from_the_entry_price_exactly(kind: str) -> None:
    level = walk(condition(kind, entry="0.333333", ratio="0.1"), "0.333333")[0].level
    assert level == (price("0.2999997") if kind == "stop_loss" else price("0.3666663"))


cents = st.integers(1, 99).map(lambda count: Price(Decimal(count) / 100))
bids = st.lists(st.one_of(st.none(), cents), min_size=1, max_size=40)
ratios = st.integers(1, 95).map(lambda count: Decimal(count) / 100)
holds = st.integers(0, 4)


@given(bids, ratios, cents)
def test_a_stop_sells_exactly_where_the_bid_is_at_or_below_its_level(
    seen: list[Price | None], ratio: Decimal, entry: Price
) -> None:
    stop = condition("stop_loss", entry=str(entry), ratio=ratio)
    memory = NOTHING_SEEN
    for index, bid in enumerate(seen):
        verdict = stop.judge(memory, bid, later(index))
        memory = verdict.memory
        assert verdict.sells == (bid is not None and bid <= entry * (1 - ratio))


@given(bids, ratios, st.one_of(st.none(), ratios), holds)
def test_peaks_never_fall_and_are_the_highest_bid_seen(
    seen: list[Price | None], ratio: Decimal, activation: Decimal | None, hold: int
) -> None:
    trailing = condition("trailing_stop", ratio=ratio, activation_ratio=activation, hold_seconds=hold)
    memory = NOTHING_SEEN
    for index, bid in enumerate(seen):
        memory = trailing.judge(memory, bid, later(index)).memory
        known = [one for one in seen[: index + 1] if one is not None]
        assert memory.peak == (max(known) if known else None)


@given(bids, ratios, holds)
def test_a_held_stop_sells_only_after_so_many_known_seconds_at_or_below_its_level(
    seen: list[Price | None], ratio: Decimal, hold: int
) -> None:
    stop = condition("stop_loss", ratio=ratio, hold_seconds=hold)
    level = Decimal("0.40") * (1 - ratio)
    memory, held = NOTHING_SEEN, None
    for index, bid in enumerate(seen):
        if held is not None:
            held += int(seen[index - 1] is not None)
        if bid is not None:
            held = None if bid > level else held or 0
        verdict = stop.judge(memory, bid, later(index))
        memory = verdict.memory
        assert verdict.sells == (bid is not None and held is not None and held >= hold)


@given(bids, ratios, cents)
def test_a_higher_bid_never_makes_a_stop_sell_that_a_lower_one_would_not(
    seen: list[Price | None], ratio: Decimal, other: Price
) -> None:
    trailing = condition("trailing_stop", ratio=ratio)
    memory = NOTHING_SEEN
    for index, bid in enumerate(seen):
        memory = trailing.judge(memory, bid, later(index)).memory
    lower, higher = sorted((other, Price(Decimal("0.5"))))
    at = later(len(seen))
    assert trailing.judge(memory, lower, at).sells >= trailing.judge(memory, higher, at).sells
