"""Which points of an equity curve are kept and shown, and where it has gaps."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

POINT_EVERY = timedelta(minutes=5)
HOURLY_AFTER = timedelta(days=7)
DAILY_AFTER = timedelta(days=90)


class Resolution(StrEnum):
    """At most one point in each of these, the last."""

    FIVE_MINUTES = "five_minutes"
    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        return {
            Resolution.FIVE_MINUTES: POINT_EVERY,
            Resolution.HOUR: timedelta(hours=1),
            Resolution.DAY: timedelta(days=1),
        }[self]


def slot_of(now: datetime) -> datetime:
    """Beginning of the five minutes it is in; one point per slot."""
    since = now.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return now.astimezone(UTC) - since % POINT_EVERY


def fitting(span: timedelta) -> Resolution:
    """As fine as a chart can show."""
    if span <= timedelta(days=2):
        return Resolution.FIVE_MINUTES
    return Resolution.HOUR if span <= timedelta(days=31) else Resolution.DAY


def kept_at(age: timedelta) -> Resolution:
    """How fine points of that age are kept."""
    if age > DAILY_AFTER:
        return Resolution.DAY
    return Resolution.HOUR if age > HOURLY_AFTER else Resolution.FIVE_MINUTES


def is_gap(before: datetime, after: datetime, resolution: Resolution, now: datetime) -> bool:
    """Whether points are missing between two that follow each other, the first of which held a position.

    Without a position equity stands still, and no point is no gap.
    """
    coarsest = max(resolution.length, kept_at(now - before).length)
    return after - before > 2 * coarsest
