"""Deletes what nobody needs any more: refresh events, old answers, expired logins, quiet executions, points of old curves."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import structlog

from api.event_stream.stream import QUIET_EVENTS_KEPT
from db.repositories import equity_points, event_views, idempotency_keys, user_accounts
from db.repositories.pruning_marks import done_before, mark_done
from db.repositories.quiet_evidence import delete_quiet_evidence, first_day, forget_quiet_answers
from db.repositories.quiet_executions import delete_quiet_executions
from db.session import Database
from domain.portfolio.equity_curve import DAILY_AFTER, HOURLY_AFTER, Resolution

EVERY = timedelta(minutes=10)
FIRST_AFTER = timedelta(seconds=30)
ANSWERS_KEPT = timedelta(days=2)
QUIET_EVIDENCE_KEPT = timedelta(days=7)
QUIET_EXECUTIONS_KEPT = timedelta(days=31)
"""More than the 30 days that "on time" counts."""
TIMELINE_KEPT = timedelta(days=90)
BATCH = 2_000
"""Rows per transaction: short locks, and little to do again after a crash."""

log = structlog.get_logger(__name__)


async def keep_house(database: Database, now: datetime) -> None:
    """One round; each deletion is its own transaction. Safe in several processes at once."""
    await prune_quiet_events(database, now - QUIET_EVENTS_KEPT)
    async with database.write() as session:
        await idempotency_keys.delete_older(session, now - ANSWERS_KEPT)
    async with database.write() as session:
        await user_accounts.delete_expired(session, now)
    await prune_timeline(database, now)
    await thin_equity(database, Resolution.HOUR, _day(now - HOURLY_AFTER))
    await thin_equity(database, Resolution.DAY, _day(now - DAILY_AFTER))
    async with database.read() as session:
        evidence_since = await done_before(session, "evidence")
        executions_since = await done_before(session, "executions")
    await prune_evidence(database, evidence_since, _day(now - QUIET_EVIDENCE_KEPT))
    executions_before = _day(now - QUIET_EXECUTIONS_KEPT)
    if executions_since < executions_before:
        await prune_executions(database, executions_since, executions_before)


async def prune_quiet_events(database: Database, before: datetime, batch: int = BATCH) -> None:
    """After days without housekeeping there are millions of them: more than one statement may take the time for."""
    deleted = batch
    while deleted == batch:
        async with database.write() as session:
            deleted = await event_views.delete_quiet_events(session, before, batch)


async def prune_timeline(database: Database, now: datetime, batch: int = BATCH) -> None:
    """What these events told of is in its own rows: orders, trades, watchlist entries, versions."""
    async with database.read() as session:
        end = await event_views.first_since(session, now - TIMELINE_KEPT)
    deleted = batch
    while deleted == batch:
        async with database.write() as session:
            deleted = await event_views.delete_events_before(session, end, batch)


async def thin_equity(database: Database, kept: Resolution, before: date, batch: int = BATCH) -> None:
    """Of days before `before` (UTC) that were not thinned yet, every curve keeps its last point per hour or day."""
    what = f"equity_{kept.value}"
    async with database.read() as session:
        since = await done_before(session, what)
        first = await equity_points.first_slot(session, _begin(since)) if since < before else None
    while first is not None and _day(first) < before:
        day = _day(first)
        for place in range(timedelta(days=1) // kept.length):
            begin = _begin(day) + place * kept.length
            deleted = batch
            while deleted == batch:
                async with database.write() as session:
                    deleted = await equity_points.keep_last(session, begin, begin + kept.length, batch)
        async with database.write() as session:
            await mark_done(session, what, day + timedelta(days=1))
        async with database.read() as session:
            first = await equity_points.first_slot(session, _begin(day + timedelta(days=1)))


async def prune_evidence(database: Database, since: date, before: date, batch: int = BATCH) -> None:
    """Of quiet executions that began on the days from `since` to the day before `before` (UTC): first what they asked,
    then the answers."""
    async with database.read() as session:
        day = await first_day(session, since)
    while day is not None and day < before:
        forgotten = batch
        while forgotten == batch:
            async with database.write() as session:
                forgotten = await forget_quiet_answers(session, day, batch)
        async with database.write() as session:
            await delete_quiet_evidence(session, day)
            await mark_done(session, "evidence", day + timedelta(days=1))
        async with database.read() as session:
            day = await first_day(session, day + timedelta(days=1))


async def prune_executions(database: Database, since: date, before: date, batch: int = BATCH) -> None:
    """Quiet ones that began on the days from `since` to the day before `before` (UTC), oldest first."""
    left: datetime | None = _begin(since)
    while left is not None:
        async with database.write() as session:
            left = await delete_quiet_executions(session, left, _begin(before), batch)
            await mark_done(session, "executions", before if left is None else _day(left))


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def keep_house_forever(database: Database, now: Callable[[], datetime]) -> None:
    await asyncio.sleep(FIRST_AFTER.total_seconds())
    while True:
        try:
            await keep_house(database, now())
        except Exception as error:
            # Nothing waits for it: the next round does what this one could not.
            log.warning("housekeeping_failed", reason=f"{type(error).__name__}: {error}"[:200])
        await asyncio.sleep(EVERY.total_seconds())
