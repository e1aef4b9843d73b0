"""The index of all watched rules: what a price costs, and what it says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.exit_rules import Guarded, RuleMemory
from domain.portfolio.watched_exits import ArmedRule, Trigger, WatchedExits

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def price(text: str) -> Price:
    return Price(Decimal(text))


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def armed(
    position: UUID,
    kind: str = "stop_loss",
    *,
    token: str = "1",
    entry: str = "0.40",
    sequence: int = 0,
    memory: RuleMemory | None = None,
    **settings: Any,
) -> ArmedRule:
    if kind in ("stop_loss", "trailing_stop", "take_profit", "breakeven") and "price" not in settings:
        settings.setdefault("ratio", "0.1")
    rule = ExitRule.model_validate({"rule": kind, "kind": kind, **settings})
    return ArmedRule(position, token, rule, sequence, Guarded(price(entry), START), memory or RuleMemory())


def watching(*rules: ArmedRule) -> WatchedExits:
    exits = WatchedExits()
    assert exits.put({rule.position_id for rule in rules}, rules, START) == []
    return exits


def names(triggers: list[Trigger]) -> list[tuple[UUID, str]]:
    return [trigger.armed.key for trigger in triggers]


def test_a_price_triggers_the_positions_of_its_token_and_no_others() -> None:
    first, second, other = uuid4(), uuid4(), uuid4()
    exits = watching(armed(first), armed(second, price="0.20"), armed(other, token="2"))
    assert names(exits.on_bid("1", price("0.36"), later(1))) == [(first, "stop_loss")]
    assert exits.on_bid("3", price("0.01"), later(2)) == []
    assert exits.tokens() == {"1", "2"}
    assert exits.positions() == {first, second, other}
    assert exits.positions_of(["2", "9"]) == {other}


def test_a_rule_that_triggered_is_silent_until_it_is_armed_anew() -> None:
    position = uuid4()
    exits = watching(armed(position))
    assert len(exits.on_bid("1", price("0.30"), later(1))) == 1
    assert exits.on_bid("1", price("0.29"), later(2)) == []
    assert exits.put({position}, [armed(position)], later(3)) == []
    assert names(exits.put({position}, [armed(position, sequence=1)], later(4))) == [(position, "stop_loss")]


def test_a_rule_given_back_is_judged_again_by_the_price_of_then() -> None:
    falls, recovers = uuid4(), uuid4()
    exits = watching(armed(falls), armed(recovers, token="2"))
    exits.on_bid("1", price("0.30"), later(1))
    exits.on_bid("2", price("0.30"), later(1))
    exits.on_bid("2", price("0.50"), later(2))
    for position in (falls, recovers):
        exits.release((position, "stop_loss"), later(5))
    assert exits.due(later(4)) == []
    assert names(exits.due(later(5))) == [(falls, "stop_loss")]


def test_a_rule_whose_trigger_was_taken_begins_anew_when_it_is_armed_again() -> None:
    position = uuid4()
    exits = watching(armed(position))
    exits.on_bid("1", price("0.30"), later(1))
    exits.forget((position, "stop_loss"))
    assert len(exits) == 0
    # Taken away and set again between two looks: it has the same number.
    assert exits.put({position}, [armed(position)], later(2)) == []
    assert names(exits.on_bid("1", price("0.30"), later(3))) == [(position, "stop_loss")]


def test_a_rule_that_comes_while_the_price_is_known_is_judged_at_once() -> None:
    first, second = uuid4(), uuid4()
    exits = watching(armed(first, price="0.01"))
    exits.on_bid("1", price("0.30"), later(1))
    assert names(exits.put({second}, [armed(second)], later(2))) == [(second, "stop_loss")]


def test_rules_and_tokens_go_with_their_positions() -> None:
    position = uuid4()
    exits = watching(armed(position), armed(position, "take_profit"))
    exits.put({position}, [armed(position, "take_profit")], later(1))
    assert len(exits) == 1
    exits.put({position}, [], later(2))
    assert (len(exits), exits.tokens(), exits.positions()) == (0, frozenset(), frozenset())
    assert exits.on_bid("1", price("0.01"), later(3)) == []


def test_held_and_timed_rules_come_due_without_any_price() -> None:
    held, timed = uuid4(), uuid4()
    exits = watching(armed(held, hold_seconds=5), armed(timed, "time_exit", minutes=1))
    exits.on_bid("1", price("0.30"), later(1))
    assert exits.next_due() == later(6)
    assert exits.due_tokens(later(6)) == {"1"}
    assert exits.due_tokens(later(60)) == {"1"}
    assert names(exits.due(later(6))) == [(held, "stop_loss")]
    assert names(exits.due(later(60))) == [(timed, "time_exit")]
    assert exits.due(later(600)) == []


def test_a_break_or_a_gap_takes_a_held_rule_off_its_time() -> None:
    broken, unseen = uuid4(), uuid4()
    exits = watching(armed(broken, hold_seconds=5), armed(unseen, token="2", hold_seconds=5))
    for token in ("1", "2"):
        exits.on_bid(token, price("0.30"), later(1))
    exits.on_bid("1", price("0.40"), later(3))
    exits.lose_sight(["2"], later(4))
    assert exits.due(later(20)) == []
    exits.on_bid("2", price("0.30"), later(30))
    assert exits.due(later(31)) == []
    assert names(exits.due(later(32))) == [(unseen, "stop_loss")]


def test_buying_more_moves_the_level_and_keeps_the_peak() -> None:
    position = uuid4()
    exits = watching(armed(position, "trailing_stop", activation_ratio="0.2"), armed(position))
    exits.on_bid("1", price("0.50"), later(1))
    dearer = [
        armed(position, "trailing_stop", activation_ratio="0.2", entry="0.48"),
        armed(position, entry="0.48"),
    ]
    assert exits.put({position}, dearer, later(2)) == []
    assert names(exits.on_bid("1", price("0.44"), later(3))) == [(position, "trailing_stop")]
    assert names(exits.on_bid("1", price("0.43"), later(4))) == [(position, "stop_loss")]


def test_peaks_are_told_once_and_again_when_they_could_not_be_saved() -> None:
    position = uuid4()
    exits = watching(armed(position, "trailing_stop"), armed(position))
    exits.on_bid("1", price("0.50"), later(1))
    exits.on_bid("1", price("0.55"), later(2))
    (progress,) = exits.unsaved()
    assert (progress.armed.key, progress.peak) == ((position, "trailing_stop"), price("0.55"))
    assert exits.unsaved() == []
    exits.not_saved([progress])
    assert [one.peak for one in exits.unsaved()] == [price("0.55")]


def test_a_saved_peak_goes_on_after_a_restart_and_a_gap_may_lift_it() -> None:
    position = uuid4()
    exits = watching(armed(position, "trailing_stop", memory=RuleMemory(peak=price("0.60"))))
    assert exits.peaks_matter("1")
    exits.heard_of("1", price("0.90"), later(-5))
    assert exits.on_bid("1", price("0.63"), later(1)) == []
    exits.heard_of("1", price("0.70"), later(1))
    assert names(exits.look_again("1", later(2))) == [(position, "trailing_stop")]
    assert exits.look_again("2", later(2)) == []


def test_a_thousand_positions_elsewhere_cost_a_price_nothing() -> None:
    crowd = [armed(uuid4(), token=f"t{index}") for index in range(1000)]
    exits = watching(*crowd, armed(uuid4()))
    judged = 0

    class Counted(dict[Any, Any]):
        def values(self) -> Any:
            nonlocal judged
            judged += len(self)
            return super().values()

    exits._by_token = {token: Counted(rules) for token, rules in exits._by_token.items()}
    exits.on_bid("1", price("0.50"), later(1))
    exits.on_bid("1", price("0.50"), later(2))
    assert judged == 1
