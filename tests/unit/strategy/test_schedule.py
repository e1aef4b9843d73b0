"""The grid of a strategy, one catch-up after downtime, and its standing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.strategy.lifecycle import Standing
from domain.strategy.schedule import due_execution, is_on_time, next_slot, phase, slot_after, slot_after_start

moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
intervals = st.integers(1, 86_400).map(lambda s: timedelta(seconds=s))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(st.uuids(), intervals, moments)
def test_slots_are_one_interval_apart_and_the_same_in_every_process(
    strategy: UUID, interval: timedelta, now: datetime
) -> None:
    first = next_slot(strategy, interval, now)
    assert now < first <= now + interval
    assert next_slot(strategy, interval, first) == first + interval
    assert next_slot(strategy, interval, first - timedelta(microseconds=1)) == first


@given(st.uuids(), intervals, moments)
def test_the_second_execution_is_half_to_one_and_a_half_intervals_after_start(
    strategy: UUID, interval: timedelta, now: datetime
) -> None:
    gap = slot_after_start(strategy, interval, now) - now
    assert interval / 2 < gap <= interval * 3 / 2


def test_strategies_are_spread_over_the_interval() -> None:
    places = [phase(uuid4(), timedelta(minutes=5)) for _ in range(500)]
    assert min(places) < timedelta(seconds=15)
    assert max(places) > timedelta(seconds=285)


@given(intervals, moments, st.floats(0, 50))
def test_one_catch_up_stands_for_all_missed_and_the_next_slot_is_in_the_future(
    interval: timedelta, scheduled: datetime, late: float
) -> None:
    now = scheduled + interval * late
    due = due_execution(scheduled, interval, now)
    assert due.missed == int((now - scheduled) / interval)
    assert now - interval < due.scheduled_for <= now
    following = slot_after(scheduled, interval, now)
    assert following > now
    assert following - due.scheduled_for == interval


def test_thirty_seconds_late_is_on_time_and_more_is_not() -> None:
    assert is_on_time(NOW, NOW + timedelta(seconds=30))
    assert not is_on_time(NOW, NOW + timedelta(seconds=31))


def _standing() -> Standing:
    return Standing(strategy_id=uuid4(), interval=timedelta(minutes=5), status="running", running_since=NOW)


def test_uptime_counts_time_since_start_without_pauses() -> None:
    standing = _standing()
    standing.become("paused", None, NOW + timedelta(minutes=10))
    assert standing.uptime_at(NOW + timedelta(hours=5)) == Decimal(600)
    standing.become("running", None, NOW + timedelta(hours=6))
    assert standing.uptime_at(NOW + timedelta(hours=6, minutes=1)) == Decimal(660)


def test_what_was_told_during_an_evaluation_outlives_its_older_answer() -> None:
    standing = Standing(strategy_id=uuid4(), interval=timedelta(minutes=5), status="running")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    later = now + timedelta(hours=1)
    standing.begin_evaluation()
    standing.continuation_told(now)
    standing.continuation_answered(None)
    assert standing.next_continuation_at == now
    standing.continuation_answered(later)
    assert standing.next_continuation_at == now
    standing.begin_evaluation()
    standing.continuation_answered(None)
    assert standing.next_continuation_at is None


def test_stopped_is_final() -> None:
    standing = _standing()
    standing.become("stopped", "enough", NOW)
    standing.become("running", None, NOW)
    assert (standing.status, standing.next_execution_at, standing.earliest_due(NOW)) == (
        "stopped",
        None,
        None,
    )


def test_a_new_interval_moves_the_next_execution() -> None:
    standing = _standing()
    standing.next_execution_at = NOW + timedelta(minutes=5)
    assert standing.adopt_interval(timedelta(minutes=1), NOW)
    assert standing.next_execution_at <= NOW + timedelta(seconds=90)
    assert not standing.adopt_interval(timedelta(minutes=1), NOW)


def test_no_word_puts_off_a_continuation_that_is_known_to_come_sooner() -> None:
    standing, soon, later = _standing(), NOW + timedelta(minutes=1), NOW + timedelta(minutes=9)
    standing.continuation_answered(later)
    standing.begin_evaluation()
    for told in (None, soon, None, later):
        standing.continuation_told(told)
    assert standing.next_continuation_at == soon
    standing.continuation_answered(None)
    assert standing.next_continuation_at == soon, "told while the answer was on its way"
    standing.begin_evaluation()
    standing.continuation_answered(None)
    assert standing.next_continuation_at is None
