"""When a strategy executes: a grid of its own, so that thousands of strategies do not all wake on the full minute."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ON_TIME = timedelta(seconds=30)
"""An execution that begins this long after it was due, or sooner, counts as on time."""


class DueExecution(BaseModel):
    """`scheduled_for` is the newest slot that is due; `missed` older ones were due and are not made up for."""

    model_config = ConfigDict(frozen=True)

    scheduled_for: datetime
    missed: int


def phase(strategy_id: UUID, interval: timedelta) -> timedelta:
    """The strategy's place within the interval, the same in every process and after every restart."""
    digest = hashlib.sha256(strategy_id.bytes).digest()
    milliseconds = interval // timedelta(milliseconds=1)
    return timedelta(milliseconds=int.from_bytes(digest[:8], "big") % milliseconds)


def next_slot(strategy_id: UUID, interval: timedelta, after: datetime) -> datetime:
    """The first slot of the strategy's grid that is later than `after`."""
    offset = EPOCH + phase(strategy_id, interval)
    return offset + ((after - offset) // interval + 1) * interval


def slots_within(strategy_id: UUID, interval: timedelta, first: datetime, last: datetime) -> int:
    """How many slots of the strategy's grid there are from `first` to `last`, both included."""
    offset = EPOCH + phase(strategy_id, interval)
    before = first - timedelta(microseconds=1)
    return max(0, (last - offset) // interval - (before - offset) // interval)


def slot_after_start(strategy_id: UUID, interval: timedelta, started: datetime) -> datetime:
    """The first slot after an execution off the grid: at least half an interval later, at most one and a half."""
    return next_slot(strategy_id, interval, started + interval / 2)


def due_execution(scheduled: datetime, interval: timedelta, now: datetime) -> DueExecution:
    """One catch-up for all that became due since `scheduled`, which must not be later than `now`."""
    missed = max(0, (now - scheduled) // interval)
    return DueExecution(scheduled_for=scheduled + missed * interval, missed=missed)


def slot_after(scheduled: datetime, interval: timedelta, now: datetime) -> datetime:
    """The first slot of the grid through `scheduled` that is later than both `scheduled` and `now`."""
    return scheduled + max(1, (now - scheduled) // interval + 1) * interval


def is_on_time(scheduled_for: datetime, started_at: datetime) -> bool:
    return started_at - scheduled_for <= ON_TIME
