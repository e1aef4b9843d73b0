"""When a strategy should have executed, worked out a second time and in another way than the product does."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

MILLISECOND = timedelta(milliseconds=1)


def first_slot_after(strategy_id: UUID, interval: timedelta, moment: datetime) -> datetime:
    """The grid: every `interval` since 1970, moved by a hash of the strategy's id."""
    step = interval // MILLISECOND
    moved = int.from_bytes(hashlib.sha256(strategy_id.bytes).digest()[:8], "big") % step
    since_1970 = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND
    return (
        datetime(1970, 1, 1, tzinfo=UTC) + (((since_1970 - moved) // step + 1) * step + moved) * MILLISECOND
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """One execution that must be in the books. `scheduled_for` None: manual, at a time nobody planned."""

    trigger: str
    scheduled_for: datetime | None
    run_seq: int
    version_id: UUID
    buys: bool


@dataclass(slots=True)
class ExpectedSchedule:
    """Follows what was done to the strategy; executions of number 1 upwards are in `executions`."""

    strategy_id: UUID
    interval: timedelta
    version_id: UUID
    run_seq: int = 0
    buys: bool = False
    """The market is cheap: every execution orders once."""
    running_since: datetime | None = None
    next_slot: datetime | None = None
    uptime: Decimal = Decimal(0)
    executions: list[Expected] = field(default_factory=list)

    def _add(self, trigger: str, scheduled_for: datetime | None) -> None:
        self.executions.append(Expected(trigger, scheduled_for, self.run_seq, self.version_id, self.buys))

    def started(self, at: datetime, first_execution: datetime) -> None:
        self.run_seq += 1
        self.uptime = Decimal(0)
        self.running_since = at
        self._add("schedule", first_execution)
        self.next_slot = first_slot_after(
            self.strategy_id, self.interval, first_execution + self.interval / 2
        )

    def ran_now(self) -> None:
        self._add("run_now", None)

    def held(self, at: datetime) -> None:
        """Paused or stopped."""
        if self.running_since is not None:
            self.uptime += Decimal((at - self.running_since) // timedelta(microseconds=1)) / 1_000_000
        self.running_since = self.next_slot = None

    def resumed(self, at: datetime) -> None:
        self.running_since = at
        self.next_slot = first_slot_after(self.strategy_id, self.interval, at)

    def edited(
        self, interval: timedelta, version_id: UUID, before: datetime, after: datetime
    ) -> set[datetime]:
        """Takes over the settings; where the next slot may be, given that it was done between `before` and `after`."""
        self.version_id = version_id
        if interval == self.interval:
            return set() if self.next_slot is None else {self.next_slot}
        self.interval = interval
        if self.next_slot is None:
            return set()
        return {first_slot_after(self.strategy_id, interval, at + interval / 2) for at in (before, after)}

    def passed(self, until: datetime) -> None:
        """Time went on; all slots up to `until` must have been executed."""
        while self.next_slot is not None and self.next_slot <= until:
            self._add("schedule", self.next_slot)
            self.next_slot += self.interval

    def quiet_moment(self, not_before: datetime) -> datetime:
        """A moment well between two slots, one slot after `not_before` at the earliest."""
        return first_slot_after(self.strategy_id, self.interval, not_before) + self.interval * 37 / 100
