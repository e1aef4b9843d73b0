"""What people read when a rule sells."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.money import Price
from domain.portfolio.exit_reason import evidence_of, reason_of
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.exit_rules import Guarded, RuleMemory
from domain.portfolio.watched_exits import ArmedRule, Trigger, WatchedExits

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


def triggered(bids: list[str], **settings: Any) -> Trigger:
    rule = ExitRule.model_validate({"rule": "r", **settings})
    guarded = Guarded(Price(Decimal("0.32")), START, START + timedelta(hours=1))
    exits = WatchedExits()
    armed = ArmedRule(uuid4(), "1", rule, 0, guarded, RuleMemory())
    found = exits.put({armed.position_id}, [armed], START)
    for second, bid in enumerate(bids):
        found += exits.on_bid("1", Price(Decimal(bid)), START + timedelta(seconds=second))
    (trigger,) = found + exits.due(START + timedelta(hours=2))
    return trigger


@pytest.mark.parametrize(
    ("bids", "settings", "said"),
    [
        (
            ["0.27"],
            {"kind": "stop_loss", "ratio": "0.1"},
            "Stop-loss: the best bid 0.27 is not above 0.288, 10 % below the entry price 0.32",
        ),
        (
            ["0.27"],
            {"kind": "stop_loss", "price": "0.3", "hold_seconds": 5},
            "Stop-loss: the best bid 0.27 is not above 0.3, for 5 seconds",
        ),
        (
            ["0.5"],
            {"kind": "take_profit", "ratio": "0.5"},
            "Take-profit: the best bid 0.5 is not below 0.48, 50 % above the entry price 0.32",
        ),
        (
            ["0.5", "0.4"],
            {"kind": "trailing_stop", "ratio": "0.2"},
            "Trailing stop: the best bid 0.4 is not above 0.4, 20 % below its peak of 0.5",
        ),
        (
            ["0.4", "0.32"],
            {"kind": "breakeven", "ratio": "0.125"},
            "Breakeven: the best bid 0.32 fell back to the entry price 0.32 after a gain of 12.5 %",
        ),
        ([], {"kind": "time_exit", "minutes": 60}, "Time exit: the position was open for 60 minutes"),
        (
            [],
            {"kind": "before_resolution", "minutes": 10},
            "Exit before resolution: the market ends in less than 10 minutes",
        ),
    ],
)
def test_the_reason_is_one_sentence_with_its_numbers(
    bids: list[str], settings: dict[str, Any], said: str
) -> None:
    assert reason_of(triggered(bids, **settings)) == said


def test_evidence_holds_what_the_rule_saw_as_text() -> None:
    trigger = triggered(["0.5", "0.4"], kind="trailing_stop", ratio="0.2")
    evidence = evidence_of(trigger, START, None)
    assert evidence["best_bid"] == "0.4"
    assert evidence["peak"] == "0.5"
    assert evidence["level"] == "0.4"
    assert evidence["entry_price"] == "0.32"
    assert evidence["seen_at"] == START.isoformat()
    assert evidence["venue_time"] is None
