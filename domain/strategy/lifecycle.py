"""Where a running strategy stands: its status, its uptime, and when it acts next. Time is always given, never taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from domain.strategy.schedule import next_slot, slot_after_start

Status = Literal["running", "paused", "stopped", "error"]


@dataclass(slots=True)
class Standing:
    """`next_execution_at` None while running means: at once. Uptime counts seconds since Start without pauses."""

    strategy_id: UUID
    interval: timedelta
    status: Status
    reason: str | None = None
    uptime_seconds: Decimal = Decimal(0)
    running_since: datetime | None = None
    next_execution_at: datetime | None = None
    next_continuation_at: datetime | None = None
    told_continuation_at: datetime | None = None
    """Told while an evaluation is under way: its answer may have been read from the books before that."""
    told_to_run: bool = False
    """While an evaluation is under way: it may have read that it is held before somebody resumed."""
    told_settings: bool = False
    """While an evaluation is under way: it may have read name, interval and schedule before they were changed."""

    @property
    def is_running(self) -> bool:
        return self.status == "running"

    @property
    def is_stopped(self) -> bool:
        return self.status == "stopped"

    def become(self, status: Status, reason: str | None, now: datetime) -> None:
        """Changes the status; stopped is final, the same status again changes nothing."""
        self.told_to_run = status == "running"
        if self.is_stopped or status == self.status:
            return
        self.uptime_seconds = self.uptime_at(now)
        self.running_since = now if status == "running" else None
        self.status = status
        self.reason = reason
        self.next_execution_at = next_slot(self.strategy_id, self.interval, now) if self.is_running else None

    def begin_evaluation(self) -> None:
        """From now on, what is told may be newer than the answer."""
        self.told_continuation_at = None
        self.told_to_run = False
        self.told_settings = False

    def continuation_told(self, due: datetime | None) -> None:
        """Words of several orders arrive in any order: an older one must not make a newer one forgotten."""
        self.next_continuation_at = _earlier(self.next_continuation_at, due)
        self.told_continuation_at = _earlier(self.told_continuation_at, due)

    def would_put_off(self, due: datetime | None) -> bool:
        """Whether taking `due` for all there is would let a continuation wait that is known to come sooner."""
        known = self.next_continuation_at
        return known is not None and (due is None or due > known)

    def continuation_replaced(self, due: datetime | None) -> None:
        """What histories recorded before did in place of `continuation_told`."""
        self.next_continuation_at = self.told_continuation_at = due

    def continuation_answered(self, due: datetime | None) -> None:
        """The earlier of the answer and what was told meanwhile: looking once too often does no harm."""
        self.next_continuation_at = _earlier(due, self.told_continuation_at)

    def uptime_at(self, now: datetime) -> Decimal:
        if self.running_since is None:
            return self.uptime_seconds
        return self.uptime_seconds + Decimal(str((now - self.running_since).total_seconds()))

    def earliest_due(self, now: datetime) -> datetime | None:
        """When something is to be done; None: nothing until somebody speaks."""
        if not self.is_running:
            return None
        if self.next_execution_at is None:
            return now
        if self.next_continuation_at is None:
            return self.next_execution_at
        return min(self.next_execution_at, self.next_continuation_at)

    def execution_due(self, now: datetime) -> bool:
        return self.is_running and (self.next_execution_at is None or self.next_execution_at <= now)

    def continuation_due(self, now: datetime) -> bool:
        return self.is_running and self.next_continuation_at is not None and self.next_continuation_at <= now

    def adopt_interval(self, interval: timedelta, now: datetime) -> bool:
        """Takes over a changed interval; True when the next execution moved."""
        if interval == self.interval or interval <= timedelta(0):
            return False
        self.interval = interval
        if self.next_execution_at is None:
            return False
        self.next_execution_at = slot_after_start(self.strategy_id, interval, now)
        return True

    def adopt_slot(self, slot: datetime, now: datetime) -> bool:
        """Takes over the first slot of a changed schedule; True when the next execution moved. What is due stays due."""
        if self.next_execution_at is None or self.next_execution_at <= now:
            return False
        self.next_execution_at = slot
        return True


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
