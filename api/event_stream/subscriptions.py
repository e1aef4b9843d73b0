"""Wakes the open streams of a user: one listening connection per process, however many streams are open."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from api.event_stream.publisher import USER_CHANNEL
from api.problem import ApiProblem
from db.listen_connection import listening

STREAMS_PER_USER_MAX = 30
CHECK_EVERY = 5.0
RETRY_EVERY = 0.5
APPLICATION_NAME = "cascadian-listener"

log = structlog.get_logger(__name__)


class Subscriptions:
    """A wake-up is a hint to look into the database; it carries nothing, so a lost one loses nothing."""

    def __init__(self) -> None:
        self._open: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.closed = False
        """True: the server is stopping; every stream ends and its page connects to the next one."""

    def close(self) -> None:
        self.closed = True
        self.wake_all()

    def check_room(self, user_id: str) -> None:
        """Raises ApiProblem 429 with too many streams open."""
        if len(self._open.get(user_id, ())) >= STREAMS_PER_USER_MAX:
            raise ApiProblem(429, "too_many_requests", "Too many live pages are open.", retry_after=10)

    @contextmanager
    def subscribe(self, user_id: str) -> Iterator[asyncio.Event]:
        """An event set whenever the user may have new events."""
        streams = self._open[user_id]
        wake = asyncio.Event()
        streams.add(wake)
        try:
            yield wake
        finally:
            streams.discard(wake)
            if not streams:
                self._open.pop(user_id, None)

    def wake(self, user_id: str) -> None:
        for event in self._open.get(user_id, ()):
            event.set()

    def wake_all(self) -> None:
        for streams in self._open.values():
            for event in streams:
                event.set()

    async def listen_forever(self, database_url: str) -> None:
        """Survives every fault of the database; after each everyone looks once, for what was said meanwhile."""
        while True:
            try:
                await self._session(database_url)
            except Exception as error:
                log.warning("listener_lost_database", reason=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(RETRY_EVERY)

    async def _session(self, database_url: str) -> None:
        ended = asyncio.Event()
        async with listening(
            database_url, APPLICATION_NAME, USER_CHANNEL, self.wake, ended.set
        ) as connection:
            self.wake_all()
            while not ended.is_set():
                try:
                    async with asyncio.timeout(CHECK_EVERY):
                        await ended.wait()
                except TimeoutError:
                    # A connection that died without a word answers no question.
                    await connection.execute("SELECT 1")
