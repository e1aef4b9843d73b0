"""Why an exit rule sells: one sentence for people, and the numbers behind it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.money import plain
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.watched_exits import Trigger

SHOWN = Decimal("0.0001")


def reason_of(trigger: Trigger) -> str:
    """Such as: Stop-loss: the best bid 0.27 is not above 0.288, 10 % below the entry price 0.32."""
    rule, guarded, memory = trigger.armed.rule, trigger.armed.guarded, trigger.verdict.memory
    bid, level = _shown(trigger.best_bid), _shown(trigger.verdict.level)
    entry = _shown(guarded.entry_price)
    if rule.kind == "time_exit":
        return f"Time exit: the position was open for {rule.minutes} minutes"
    if rule.kind == "before_resolution":
        return f"Exit before resolution: the market ends in less than {rule.minutes} minutes"
    if rule.kind == "take_profit":
        told = f"Take-profit: the best bid {bid} is not below {level}{_from_entry(rule, 'above', entry)}"
    elif rule.kind == "trailing_stop":
        told = (
            f"Trailing stop: the best bid {bid} is not above {level}, {_percent(rule.ratio)} below its peak "
            f"of {_shown(memory.peak)}"
        )
    elif rule.kind == "breakeven":
        told = f"Breakeven: the best bid {bid} fell back to the entry price {entry} after a gain of {_percent(rule.ratio)}"
    else:
        told = f"Stop-loss: the best bid {bid} is not above {level}{_from_entry(rule, 'below', entry)}"
    return told + (f", for {rule.hold_seconds} seconds" if rule.hold_seconds else "")


def evidence_of(trigger: Trigger, seen_at: datetime | None, venue_time: datetime | None) -> dict[str, Any]:
    """What the rule saw; decimals as text, times as ISO. `seen_at` and `venue_time` are those of the book."""
    guarded, memory = trigger.armed.guarded, trigger.verdict.memory
    return {
        "kind": trigger.armed.rule.kind,
        "best_bid": _text(trigger.best_bid),
        "level": _text(trigger.verdict.level),
        "entry_price": _text(guarded.entry_price),
        "peak": _text(memory.peak),
        "activated_at": _iso(memory.activated_at),
        "breached_since": _iso(memory.breached_since),
        "market_ends_at": _iso(guarded.market_ends_at),
        "seen_at": _iso(seen_at),
        "venue_time": _iso(venue_time),
        "judged_at": trigger.at.isoformat(),
    }


def _from_entry(rule: ExitRule, where: str, entry: str) -> str:
    return f", {_percent(rule.ratio)} {where} the entry price {entry}" if rule.ratio is not None else ""


def _percent(ratio: Decimal | None) -> str:
    return f"{plain((ratio or Decimal(0)) * 100)} %"


def _shown(price: Decimal | None) -> str:
    return "unknown" if price is None else plain(price.quantize(SHOWN))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
