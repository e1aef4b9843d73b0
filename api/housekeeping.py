"""Deletes what nobody needs any more: refresh events, old answers, expired logins, evidence of quiet executions."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import structlog

from api.event_stream.stream import QUIET_EVENTS_KEPT
from db.repositories import event_views, idempotency_keys, user_accounts
from db.repositories.quiet_evidence import delete_quiet_evidence
from db.session import Database

EVERY = timedelta(minutes=10)
FIRST_AFTER = timedelta(seconds=30)
ANSWERS_KEPT = timedelta(days=2)
QUIET_EVIDENCE_KEPT = timedelta(days=7)
FIRST_DAY = date(2020, 1, 1)
"""Older than any evidence."""

log = structlog.get_logger(__name__)


async def keep_house(database: Database, now: datetime) -> None:
    """One round; each deletion is its own transaction. Safe in several processes at once."""
    async with database.write() as session:
        await event_views.delete_quiet_events(session, now - QUIET_EVENTS_KEPT)
    async with database.write() as session:
        await idempotency_keys.delete_older(session, now - ANSWERS_KEPT)
    async with database.write() as session:
        await user_accounts.delete_expired(session, now)


async def prune_evidence(database: Database, now: datetime, done_before: date) -> date:
    """Deletes quiet evidence of whole days from `done_before` on; the day before which all is done."""
    before = (now - QUIET_EVIDENCE_KEPT).astimezone(UTC).date()
    if before > done_before:
        async with database.write() as session:
            await delete_quiet_evidence(session, done_before, before)
    return max(before, done_before)


async def keep_house_forever(database: Database, now: Callable[[], datetime]) -> None:
    evidence_done_before = FIRST_DAY
    await asyncio.sleep(FIRST_AFTER.total_seconds())
    while True:
        try:
            await keep_house(database, now())
            evidence_done_before = await prune_evidence(database, now(), evidence_done_before)
        except Exception as error:
            # Nothing waits for it: the next round does what this one could not.
            log.warning("housekeeping_failed", reason=f"{type(error).__name__}: {error}"[:200])
        await asyncio.sleep(EVERY.total_seconds())
