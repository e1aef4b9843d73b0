"""When the next execution is, beyond the plain grid: closed hours wait for the opening, failures are tried again sooner."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.strategy.schedule_window import Schedule, is_open, next_open_slot, open_slots_between
from domain.strategy.settings import ErrorPolicy

RETRY_FIRST = timedelta(seconds=30)
VENUE_RETRY = timedelta(minutes=1)
"""An unwell venue is asked again this soon, whatever the interval: nobody should wait an hour for a minute's outage."""
LOOK_AGAIN = timedelta(days=1)
"""A schedule that has no opening within a year is looked at again after this."""


def opens_at(schedule: Schedule, strategy_id: UUID, interval: timedelta, now: datetime) -> datetime | None:
    """None while the schedule is open; else when the strategy may execute next."""
    if is_open(schedule, now):
        return None
    return next_open_slot(strategy_id, interval, now, schedule) or now + LOOK_AGAIN


def allowed(
    schedule: Schedule, strategy_id: UUID, interval: timedelta, asked: datetime | None
) -> datetime | None:
    """`asked` itself, or the first slot after it at which the schedule is open."""
    if asked is None or is_open(schedule, asked):
        return asked
    return next_open_slot(strategy_id, interval, asked, schedule) or asked + LOOK_AGAIN


def retried(
    policy: ErrorPolicy, own_fault: bool, failures: int, asked: datetime | None, now: datetime
) -> datetime | None:
    """When to execute after a failed execution: `asked`, or sooner. `failures` in a row, this one included."""
    if asked is None:
        return None
    if not own_fault:
        return min(asked, now + VENUE_RETRY)
    if failures > policy.retries:
        return asked
    sooner: datetime = now + RETRY_FIRST * (1 << (failures - 1))
    return min(asked, sooner)


def missed_in_open_hours(
    schedule: Schedule, strategy_id: UUID, interval: timedelta, scheduled_for: datetime, missed: int
) -> int:
    """Of `missed` slots before `scheduled_for`, those at which the schedule was open."""
    if missed == 0 or schedule.always_open:
        return missed
    first, last = scheduled_for - missed * interval, scheduled_for - interval
    return open_slots_between(strategy_id, interval, first, last, schedule, missed)
