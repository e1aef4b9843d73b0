"""Days and hours in the user's time zone, right when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.strategy.schedule import next_slot
from domain.strategy.schedule_window import (
    DAYS,
    Schedule,
    Window,
    is_open,
    next_open_slot,
    next_open_slots,
    open_slots_between,
)

STRATEGY = UUID("11111111-2222-4333-8444-555555555555")
FIVE = timedelta(minutes=5)
OFFICE = Schedule(
    time_zone="America/New_York",
    windows=(Window(days=("mon", "tue", "wed", "thu", "fri"), start=time(9), end=time(17)),),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_nine_to_five_new_york_moves_with_daylight_saving() -> None:
    # 2026-03-06 is a Friday in winter time (UTC−5), 2026-03-09 the Monday after the change (UTC−4).
    assert not is_open(OFFICE, utc("2026-03-06T13:59:59"))
    assert is_open(OFFICE, utc("2026-03-06T14:00:00"))
    assert is_open(OFFICE, utc("2026-03-06T21:59:59"))
    assert not is_open(OFFICE, utc("2026-03-06T22:00:00"))
    assert is_open(OFFICE, utc("2026-03-09T13:00:00"))
    assert not is_open(OFFICE, utc("2026-03-09T21:00:00"))
    assert not is_open(OFFICE, utc("2026-03-07T16:00:00"))


def test_after_the_close_of_friday_the_next_slot_is_on_monday_morning() -> None:
    slot = next_open_slot(STRATEGY, FIVE, utc("2026-03-06T22:30:00"), OFFICE)
    assert slot is not None
    assert utc("2026-03-09T13:00:00") <= slot < utc("2026-03-09T13:05:00")


def test_an_overnight_window_belongs_to_the_day_it_begins_on() -> None:
    night = Schedule(time_zone="Europe/Berlin", windows=(Window(days=("fri",), start=time(22), end=time(6)),))
    assert is_open(night, utc("2026-11-20T23:00:00"))
    assert is_open(night, utc("2026-11-21T04:59:00"))
    assert not is_open(night, utc("2026-11-21T05:00:00"))
    assert not is_open(night, utc("2026-11-20T03:00:00"))


def test_a_window_across_the_skipped_hour_is_shorter_and_across_the_repeated_hour_longer() -> None:
    around = Schedule(time_zone="America/New_York", windows=(Window(start=time(1), end=time(4)),))

    def minutes_open(day: str) -> int:
        midnight = utc(f"{day}T00:00:00")
        return sum(is_open(around, midnight + timedelta(minutes=m)) for m in range(24 * 60))

    assert minutes_open("2026-03-07") == 180
    assert minutes_open("2026-03-08") == 120
    assert minutes_open("2026-11-01") == 240


def test_a_start_in_the_skipped_hour_opens_when_the_clocks_jump() -> None:
    gap = Schedule(time_zone="America/New_York", windows=(Window(start=time(2, 30), end=time(5)),))
    assert not is_open(gap, utc("2026-03-08T06:59:59"))
    assert is_open(gap, utc("2026-03-08T07:00:00"))


def test_a_blackout_date_is_closed_all_day_and_cuts_the_night_before() -> None:
    night = Schedule(
        time_zone="UTC", windows=(Window(start=time(22), end=time(6)),), blackout_dates=(date(2026, 12, 25),)
    )
    assert is_open(night, utc("2026-12-24T23:00:00"))
    assert not is_open(night, utc("2026-12-25T01:00:00"))
    assert not is_open(night, utc("2026-12-25T23:00:00"))
    assert not is_open(night, utc("2026-12-26T01:00:00"))
    assert is_open(night, utc("2026-12-26T22:00:00"))


def test_a_blackout_date_cuts_a_window_of_a_whole_day_too() -> None:
    day_long = Schedule(windows=(Window(start=time(9), end=time(9)),), blackout_dates=(date(2026, 12, 25),))
    assert is_open(day_long, utc("2026-12-24T23:59:00"))
    assert not is_open(day_long, utc("2026-12-25T03:00:00"))
    assert not is_open(day_long, utc("2026-12-26T08:59:00"))
    assert is_open(day_long, utc("2026-12-26T09:00:00"))


def test_a_window_without_a_slot_of_the_grid_opens_with_one() -> None:
    short = Schedule(time_zone="UTC", windows=(Window(start=time(9), end=time(9, 1)),))
    slots = next_open_slots(STRATEGY, timedelta(hours=4), utc("2026-01-01T00:00:00"), short, 3)
    assert slots == [utc(f"2026-01-0{day}T09:00:00") for day in (1, 2, 3)]


def test_windows_written_in_any_order_open_at_the_earliest() -> None:
    late, early = Window(start=time(14), end=time(15)), Window(start=time(9), end=time(10))
    later = Window(start=time(16), end=time(17))
    schedule = Schedule(windows=(late, later, early))
    slot = next_open_slot(STRATEGY, FIVE, utc("2026-01-01T00:00:00"), schedule)
    assert slot is not None
    assert slot.hour == 9


def test_a_schedule_that_never_opens_has_no_next_slot() -> None:
    days = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(400))
    assert next_open_slot(STRATEGY, FIVE, utc("2026-01-02T00:00:00"), Schedule(blackout_dates=days)) is None


def test_only_slots_in_open_hours_count_as_missed() -> None:
    monday = utc("2026-03-09T13:00:00")
    assert (
        open_slots_between(STRATEGY, timedelta(hours=1), monday, monday + timedelta(days=1), OFFICE, 1000)
        == 8
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_refused_with_a_hint(zone: str) -> None:
    with pytest.raises(ValidationError, match="time zone"):
        Schedule(time_zone=zone)


windows = st.builds(
    Window,
    days=st.sets(st.sampled_from(DAYS), min_size=1).map(lambda days: tuple(sorted(days))),
    start=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    end=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)
schedules = st.builds(
    Schedule,
    time_zone=st.sampled_from(
        ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
    windows=st.lists(windows, max_size=3).map(tuple),
)
moments = st.integers(0, 4 * 365 * 24 * 60).map(lambda m: utc("2026-01-01T00:00:00") + timedelta(minutes=m))


@given(schedules, moments, st.sampled_from([60, 300, 3600, 86_400]))
@settings(max_examples=60, deadline=None)
def test_the_next_slot_is_later_open_and_nothing_open_on_the_grid_lies_between(
    schedule: Schedule, after: datetime, seconds: int
) -> None:
    interval = timedelta(seconds=seconds)
    slot = next_open_slot(STRATEGY, interval, after, schedule)
    assert slot is not None
    assert slot > after
    assert is_open(schedule, slot)
    candidate = next_slot(STRATEGY, interval, after)
    for _ in range(50):
        if candidate >= slot:
            break
        assert not is_open(schedule, candidate)
        candidate += interval


def _one_by_one(interval: timedelta, first: datetime, last: datetime, schedule: Schedule) -> int:
    count, slot = 0, next_open_slot(STRATEGY, interval, first - timedelta(microseconds=1), schedule)
    while slot is not None and slot <= last:
        count, slot = count + 1, next_open_slot(STRATEGY, interval, slot, schedule)
    return count


@given(
    minutes=st.integers(20, 600),
    starts=st.lists(st.integers(0, 23), min_size=1, max_size=3, unique=True),
    length=st.integers(1, 240),
    zone=st.sampled_from(("UTC", "America/New_York", "Asia/Kolkata")),
    begins=st.integers(0, 10_000),
    hours=st.integers(0, 150),
)
@settings(max_examples=60, deadline=None)
def test_open_slots_are_counted_as_going_through_them_would(
    minutes: int, starts: list[int], length: int, zone: str, begins: int, hours: int
) -> None:
    # Four hours apart at least, so that no window lies within another one.
    windows = tuple(
        Window(
            start=time(hour), end=(datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(minutes=length)).time()
        )
        for hour in {start // 4 * 4 for start in starts}
    )
    schedule = Schedule(time_zone=zone, windows=windows, blackout_dates=(date(2026, 3, 7),))
    interval = timedelta(minutes=minutes)
    first = utc("2026-03-04T00:00:00") + timedelta(minutes=begins)
    last = first + timedelta(hours=hours)
    counted = open_slots_between(STRATEGY, interval, first, last, schedule, 100_000)
    assert counted == _one_by_one(interval, first, last, schedule)


def test_a_month_of_missed_minutes_is_counted_at_once() -> None:
    last = utc("2026-11-20T18:00:00")
    began = process_time()
    count = open_slots_between(
        STRATEGY, timedelta(minutes=1), last - timedelta(days=30), last, OFFICE, 43_200
    )
    assert 21 * 480 <= count <= 23 * 480
    assert process_time() - began < 0.25
