"""When a strategy may execute at all: days, hours and dates in the user's own time zone, right on daylight-saving days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.strategy.schedule import next_slot, slots_within

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH_DAYS = 400
"""How far ahead an opening is looked for: a year of blackout dates and then some."""
WINDOWS_MAX = 20
BLACKOUTS_MAX = 400


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}; use a name such as America/New_York") from error
    return name


TimeZoneName = Annotated[str, AfterValidator(_known_zone)]


class Window(BaseModel):
    """From `start` up to, not including, `end` of local wall time on `days`; an end before the start is on the next day.

    The same start and end means the whole day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[Day, ...] = Field(default=DAYS, min_length=1, max_length=7)
    start: time
    end: time

    @model_validator(mode="after")
    def _plain_times(self) -> Self:
        for moment in (self.start, self.end):
            if moment.tzinfo is not None or moment.second or moment.microsecond:
                raise ValueError("times of a window are given as HH:MM of the schedule's time zone")
        if len(set(self.days)) != len(self.days):
            raise ValueError("a day is named twice")
        return self


class Schedule(BaseModel):
    """No windows: always open, blackout dates excepted. A blackout is a whole local date; a window that began the day
    before ends when it begins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: TimeZoneName = "UTC"
    windows: tuple[Window, ...] = Field(default=(), max_length=WINDOWS_MAX)
    blackout_dates: tuple[date, ...] = Field(default=(), max_length=BLACKOUTS_MAX)

    @property
    def always_open(self) -> bool:
        return not self.windows and not self.blackout_dates


ALWAYS = Schedule()


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That wall time as UTC. A time that the clocks skip means the moment they jump; one they repeat, its first pass."""
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    # In a gap `fold=0` reads the clock before the jump: it lies as far behind the jump as the time lies in the gap.
    before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    return _jump(instant - (after - before), instant, zone)


def _jump(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The moment between `low` and `high` at which the zone's offset changes, to the second."""
    start = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == start else (low, middle)
    return high.replace(microsecond=0)


def _openings(schedule: Schedule, first: date) -> Iterator[tuple[datetime, datetime]]:
    """Open spans [from, to) that begin on local dates from `first` on, in order of their dates."""
    zone = ZoneInfo(schedule.time_zone)
    whole_day = Window(start=time(0), end=time(0))
    # In order of their beginnings, whatever order they were written in: who searches stops at the first that is too late.
    windows = sorted(schedule.windows, key=lambda window: window.start) or [whole_day]
    closed = set(schedule.blackout_dates)
    for offset in range(SEARCH_DAYS):
        day = first + timedelta(days=offset)
        if day in closed:
            continue
        following = day + timedelta(days=1)
        for window in windows:
            if DAYS[day.weekday()] not in window.days:
                continue
            start = _instant(day, window.start, zone)
            if window.end > window.start:
                end = _instant(day, window.end, zone)
            else:
                end = _instant(following, time(0) if following in closed else window.end, zone)
            if start < end:
                yield start, end


def _span_around(schedule: Schedule, moment: datetime) -> tuple[datetime, datetime] | None:
    yesterday = moment.astimezone(ZoneInfo(schedule.time_zone)).date() - timedelta(days=1)
    for start, end in _openings(schedule, yesterday):
        if start <= moment < end:
            return start, end
        if start > moment + timedelta(days=1):
            return None
    return None


def is_open(schedule: Schedule, moment: datetime) -> bool:
    return schedule.always_open or _span_around(schedule, moment) is not None


def next_open_slot(
    strategy_id: UUID, interval: timedelta, after: datetime, schedule: Schedule
) -> datetime | None:
    """The first slot of the strategy's grid later than `after` at which the schedule is open; None when there is none
    within a year. A window shorter than the interval may hold no slot of the grid: then its opening counts as the slot."""
    if schedule.always_open:
        return next_slot(strategy_id, interval, after)
    yesterday = after.astimezone(ZoneInfo(schedule.time_zone)).date() - timedelta(days=1)
    best: datetime | None = None
    for start, end in _openings(schedule, yesterday):
        if best is not None and start > best:
            break
        if end <= after:
            continue
        slot = next_slot(strategy_id, interval, max(after, start - timedelta(microseconds=1)))
        if slot >= end:
            slot = start
        if slot > after and (best is None or slot < best):
            best = slot
    return best


def next_open_slots(
    strategy_id: UUID, interval: timedelta, after: datetime, schedule: Schedule, count: int
) -> list[datetime]:
    """The next `count` executions, for people; fewer when the schedule ends."""
    slots: list[datetime] = []
    while len(slots) < count:
        slot = next_open_slot(strategy_id, interval, slots[-1] if slots else after, schedule)
        if slot is None:
            break
        slots.append(slot)
    return slots


def open_slots_between(
    strategy_id: UUID, interval: timedelta, first: datetime, last: datetime, schedule: Schedule, most: int
) -> int:
    """How many slots from `first` to `last`, both included, the schedule allows; counting ends at `most`.

    Counted window by window: after a long downtime there may be a hundred thousand.
    """
    if schedule.always_open:
        return min(most, int((last - first) / interval) + 1) if last >= first else 0
    yesterday = first.astimezone(ZoneInfo(schedule.time_zone)).date() - timedelta(days=1)
    count, counted_until = 0, first
    slotless: set[datetime] = set()
    for start, end in _openings(schedule, yesterday):
        if start > last or count >= most:
            break
        final = end - timedelta(microseconds=1)
        if not slots_within(strategy_id, interval, start, final):
            slotless |= {start} if start >= first else set()
        elif end > counted_until:
            count += slots_within(strategy_id, interval, max(start, counted_until), min(final, last))
            counted_until = end
    return min(most, count + len(slotless))
