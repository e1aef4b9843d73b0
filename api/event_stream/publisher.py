"""Gives events their stream numbers after commit, one process at a time, so that readers never see a gap fill later."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog

from db.listen_connection import listening
from db.repositories.events import CHANNEL

USER_CHANNEL = "cascadian_user"
"""NOTIFY channel whose payload is the id of a user with new events."""
LOCK_KEY = 0x63617363_65767473
"""Advisory lock: whoever holds it is the publisher."""
BATCH = 500
LOOK_EVERY = 1.0
"""Seconds after which it looks by itself, should a notification have been lost."""
CANDIDATE_EVERY = 2.0
RETRY_EVERY = 1.0
APPLICATION_NAME = "cascadian-publisher"

# One statement, one transaction: the row locks keep a second publisher out even in the moment in which the lock of a
# dying session is still held by its backend.
PUBLISH = f"""
WITH batch AS (
    SELECT id FROM strategy_events WHERE stream_seq IS NULL ORDER BY id LIMIT {BATCH} FOR UPDATE
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY id)
           + (SELECT coalesce(max(stream_seq), 0) FROM strategy_events) AS seq
    FROM batch
), published AS (
    UPDATE strategy_events AS event SET stream_seq = numbered.seq
    FROM numbered WHERE event.id = numbered.id RETURNING event.user_id
)
SELECT user_id, count(*) AS events, pg_notify('{USER_CHANNEL}', user_id::text) FROM published GROUP BY user_id
"""

log = structlog.get_logger(__name__)


async def publish_forever(database_url: str) -> None:
    """Survives every fault of the database; in each process of the API one runs, and one of them publishes."""
    while True:
        try:
            await _session(database_url)
        except Exception as error:
            # Whatever it is, pages must go on living: try again.
            log.warning("publisher_lost_database", reason=f"{type(error).__name__}: {error}"[:200])
        await asyncio.sleep(RETRY_EVERY)


async def _session(database_url: str) -> None:
    """Until the connection is lost."""
    wake = asyncio.Event()
    ended = asyncio.Event()

    def lost() -> None:
        ended.set()
        wake.set()

    async with listening(database_url, APPLICATION_NAME, CHANNEL, lambda _: wake.set(), lost) as connection:
        while not await connection.fetchval(  # noqa: ASYNC110 - a lock that gets free tells nobody
            "SELECT pg_try_advisory_lock($1)", LOCK_KEY
        ):
            await asyncio.sleep(CANDIDATE_EVERY)
        while not ended.is_set():
            wake.clear()
            if await publish_batch(connection) < BATCH:
                await _wait(wake)


async def _wait(wake: asyncio.Event) -> None:
    # Not wait_for: a cancellation that comes together with the event would be swallowed, and the API never stop.
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_EVERY):
            await wake.wait()


async def publish_batch(connection: Any) -> int:
    """How many events got a number, at most BATCH."""
    return sum(row["events"] for row in await connection.fetch(PUBLISH))
