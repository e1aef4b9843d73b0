"""One open page's stream of events: resumes behind any number it is given, without gaps."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.errors import database_away
from api.event_stream.schemas import HelloView, StreamEventView
from api.event_stream.subscriptions import Subscriptions
from db.models import StrategyEvent
from db.repositories import event_views
from db.session import Database

HEARTBEAT_SECONDS = 15.0
LIFE_SECONDS = 15 * 60.0
"""Then the browser reconnects by itself."""
BATCH = 200
BACKLOG_MAX = 2000
QUIET_EVENTS_KEPT = timedelta(days=1)
"""Older events outside the timeline are deleted (api/housekeeping.py)."""
RETRY_MS = 1000
AWAY_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StreamStart:
    """`reset`: what came before `after` cannot be told any more; the page has to read everything again."""

    after: int
    reset: bool


async def find_start(
    database: Database, user_id: UUID, last_event_id: int | None, now: datetime
) -> StreamStart:
    """Behind the given number; at the newest event without one, or when what was missed is not all there any more."""
    async with database.read() as session:
        newest = await event_views.last_stream_seq(session)
        if last_event_id is None:
            return StreamStart(newest, reset=False)
        if last_event_id > newest:
            return StreamStart(newest, reset=True)
        missed = await event_views.behind(session, user_id, last_event_id, BACKLOG_MAX + 1)
    whole = missed.seen_at is not None and now - missed.seen_at < QUIET_EVENTS_KEPT
    if missed.events == 0 or (whole and missed.events <= BACKLOG_MAX):
        return StreamStart(last_event_id, reset=False)
    return StreamStart(newest, reset=True)


class LoginOver(Exception):
    """Whoever opened the stream has logged out since."""


async def stream(
    database: Database,
    subscriptions: Subscriptions,
    user_id: UUID,
    start: StreamStart,
    is_allowed: Callable[[], Awaitable[bool]],
) -> AsyncIterator[bytes]:
    """Server-sent events until the connection has lived long enough, or its login is over: asked before each look."""
    after = start.after
    deadline = time.monotonic() + LIFE_SECONDS
    with subscriptions.subscribe(str(user_id)) as wake:
        yield _hello(start)
        while time.monotonic() < deadline and not subscriptions.closed:
            wake.clear()
            try:
                events = await _read(database, user_id, after, is_allowed)
            except LoginOver:
                return
            if events is None:
                yield b": the database is away\n\n"
                await asyncio.sleep(AWAY_SECONDS)
                continue
            for event in events:
                yield _frame(event)
                after = event.stream_seq or after
            if len(events) == BATCH:
                continue
            if not await _woken(wake):
                yield b": still here\n\n"


async def _read(
    database: Database, user_id: UUID, after: int, is_allowed: Callable[[], Awaitable[bool]]
) -> Sequence[StrategyEvent] | None:
    """None while the database is away. Raises LoginOver."""
    try:
        if not await is_allowed():
            raise LoginOver
        async with database.read() as session:
            return await event_views.stream_events(session, user_id, after, BATCH)
    except (SQLAlchemyError, OSError) as error:
        if not database_away(error):
            raise
        return None


async def _woken(wake: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            await wake.wait()
    except TimeoutError:
        return False
    return True


def _hello(start: StreamStart) -> bytes:
    data = HelloView(stream_seq=start.after, reset=start.reset).model_dump_json().encode()
    return b"retry: %d\nid: %d\nevent: hello\ndata: %b\n\n" % (RETRY_MS, start.after, data)


def _frame(event: StrategyEvent) -> bytes:
    view = StreamEventView(
        strategy_id=event.strategy_id,
        kind=event.kind,
        message=event.message,
        timeline=event.timeline,
        data=event.data,
        created_at=event.created_at,
    )
    # JSON has no raw line breaks, so one data line is enough.
    data = view.model_dump_json().encode()
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.stream_seq or 0, event.kind.encode(), data)
