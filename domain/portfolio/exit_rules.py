"""Judging exit rules: what a rule makes of the best bid and the time, and what it has to remember for the next look.

Pure: memory goes in and comes out. Unknown prices (no bid, a gap in the feed) prove nothing, neither that a condition
holds nor that it was broken: the time they take does not count.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.money import Price
from domain.portfolio.exit_rule import ExitRule


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the rules of one position count from. `entry_price`: average of the shares still held, without fees."""

    entry_price: Price
    opened_at: datetime
    market_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """`peak`: highest best bid since entry. `activated_at`: when the gain that wakes the rule was reached.
    `breached_since`: since when the condition holds, unknown spans taken out. `unknown_since`: the price is not known."""

    peak: Price | None = None
    activated_at: datetime | None = None
    breached_since: datetime | None = None
    unknown_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`level`: the price the bid was compared with, None for a rule by the clock or one that sleeps. `due_at`: when to look
    again although no price changed."""

    sells: bool
    memory: RuleMemory
    level: Price | None = None
    due_at: datetime | None = None


NOTHING_SEEN = RuleMemory()


class ExitCondition:
    """One rule of one position with its levels worked out. Immutable; a changed entry price makes a new one."""

    __slots__ = ("_due_at", "_hold", "_level", "_wake_level", "guarded", "rule")

    def __init__(self, rule: ExitRule, guarded: Guarded) -> None:
        self.rule = rule
        self.guarded = guarded
        self._hold = timedelta(seconds=rule.hold_seconds)
        self._level = _fixed_level(rule, guarded)
        self._wake_level = _wake_level(rule, guarded)
        self._due_at = _due_at(rule, guarded)

    def judge(self, memory: RuleMemory, best_bid: Price | None, at: datetime) -> Verdict:
        """`best_bid` is None when nobody bids or nothing is known. `at` never goes back from one look to the next."""
        if self.rule.minutes is not None:
            due = self._due_at
            return Verdict(due is not None and at >= due, memory, due_at=due)
        if best_bid is None:
            return Verdict(False, lost_sight(memory, at))
        memory = self.seen(memory, best_bid, at)
        level = self._current_level(memory)
        if level is None or not self._reached(best_bid, level):
            return Verdict(False, _unbreached(memory), level)
        since = memory.breached_since or at
        memory = RuleMemory(memory.peak, memory.activated_at, since)
        due = since + self._hold
        return Verdict(at >= due, memory, level, due if at < due else None)

    def seen(self, memory: RuleMemory, price: Price, at: datetime) -> RuleMemory:
        """What the price does to the memory whatever the rule makes of it: peak, waking, and that it is known again."""
        if memory.unknown_since is not None:
            memory = _found_again(memory, at)
        return self.heard_of(memory, price, at)

    def heard_of(self, memory: RuleMemory, price: Price, at: datetime) -> RuleMemory:
        """The best bid stood at `price` at some moment of a gap: peak and waking count, holding does not."""
        if at < self.guarded.opened_at:
            return memory
        if memory.peak is None or price > memory.peak:
            memory = replace(memory, peak=price)
        if self._wake_level is not None and memory.activated_at is None and price >= self._wake_level:
            memory = replace(memory, activated_at=at)
        return memory

    def _current_level(self, memory: RuleMemory) -> Price | None:
        if self._wake_level is not None and memory.activated_at is None:
            return None
        if self.rule.kind == "trailing_stop" and memory.peak is not None and self.rule.ratio is not None:
            return Price(memory.peak * (1 - self.rule.ratio))
        return self._level

    def _reached(self, best_bid: Price, level: Price) -> bool:
        return best_bid >= level if self.rule.kind == "take_profit" else best_bid <= level


def lost_sight(memory: RuleMemory, at: datetime) -> RuleMemory:
    """From `at` on the price is not known."""
    return memory if memory.unknown_since is not None else replace(memory, unknown_since=at)


def _found_again(memory: RuleMemory, at: datetime) -> RuleMemory:
    since = memory.breached_since
    if since is not None and memory.unknown_since is not None:
        since += max(at - memory.unknown_since, timedelta())
    return replace(memory, breached_since=since, unknown_since=None)


def _unbreached(memory: RuleMemory) -> RuleMemory:
    return memory if memory.breached_since is None else replace(memory, breached_since=None)


def _fixed_level(rule: ExitRule, guarded: Guarded) -> Price | None:
    if rule.kind == "breakeven":
        return guarded.entry_price
    if rule.price is not None:
        return rule.price
    if rule.ratio is None or rule.kind == "trailing_stop":
        return None
    change = rule.ratio if rule.kind == "take_profit" else -rule.ratio
    return Price(guarded.entry_price * (1 + change))


def _wake_level(rule: ExitRule, guarded: Guarded) -> Price | None:
    """The price from which on a rule that sleeps at first is awake; None: it never sleeps."""
    gain = rule.ratio if rule.kind == "breakeven" else rule.activation_ratio
    return None if gain is None else Price(guarded.entry_price * (1 + gain))


def _due_at(rule: ExitRule, guarded: Guarded) -> datetime | None:
    if rule.minutes is None:
        return None
    span = timedelta(minutes=rule.minutes)
    if rule.kind == "time_exit":
        return guarded.opened_at + span
    return None if guarded.market_ends_at is None else guarded.market_ends_at - span
