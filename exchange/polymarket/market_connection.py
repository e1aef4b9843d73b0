"""One connection to Polymarket's market channel, made again for as long as it is wanted."""

import asyncio
import random
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from domain.market.live_book import LiveBook
from exchange.feed import FeedListener
from exchange.polymarket.market_frames import BookTouched, UnreadableFrame, read_frame

FRAME_BYTES_MAX = 32 * 2**20
"""The first books of all tokens of a connection may come in one frame."""
PONG = "PONG"
AGAIN_MOST = 12

log = structlog.get_logger("exchange.market_feed")


@dataclass(frozen=True)
class FeedTimings:
    """Seconds. After `silence` without a word, not even a pong, the connection is given up."""

    ping: float = 10.0
    silence: float = 30.0
    connect: float = 10.0
    backoff_first: float = 0.25
    backoff_most: float = 15.0
    book_again: float = 5.0
    """How often a book is asked for again that did not come, or of which we missed something; doubles up to a minute."""


class _GivenUp(Exception):
    """The connection is no good any more; the message says why."""


class MarketConnection:
    """Follows a set of tokens that may change. `books` are its own; a book is known once the venue sent it whole."""

    def __init__(
        self, url: str, timings: FeedTimings, now: Callable[[], datetime], listener: FeedListener
    ) -> None:
        self.books: dict[str, LiveBook] = {}
        self.heard_at = now()
        self.trouble: str | None = "not connected yet"
        self._url = url
        self._timings = timings
        self._now = now
        self._listener = listener
        self._subscribed: set[str] = set()
        self._again: dict[str, tuple[float, float]] = {}
        """Not to be named again before, and the pause that led to it."""
        self._changed = asyncio.Event()
        self._give_up: asyncio.Future[str] | None = None
        self._task: asyncio.Task[None] | None = None

    def follow(self, added: Collection[str], dropped: Collection[str]) -> None:
        for token in dropped:
            self.books.pop(token, None)
            self._again.pop(token, None)
        for token in added:
            self.books[token] = LiveBook(token)
            # Let go and wanted again before anybody told the venue: it must be named once more to send its book.
            self._subscribed.discard(token)
        self._changed.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def start_again(self, reason: str) -> None:
        if self._give_up is not None and not self._give_up.done():
            self._give_up.set_result(reason)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def _run(self) -> None:
        attempt = 0
        while True:
            reason, brought = await self._connect_once()
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # The end of a connection may hide that it was cancelled.
                raise asyncio.CancelledError
            attempt = 0 if brought else attempt + 1
            self._lost(reason)
            await asyncio.sleep(self._backoff(attempt))

    def _backoff(self, attempt: int) -> float:
        most = min(self._timings.backoff_first * 2.0 ** min(attempt, 16), self._timings.backoff_most)
        return most * random.uniform(0.5, 1.0)

    async def _connect_once(self) -> tuple[str, bool]:
        """Until it ends: why, and whether it had brought anything that could be read."""
        self.trouble = self.trouble or "not connected yet"
        try:
            async with connect(
                self._url,
                open_timeout=self._timings.connect,
                close_timeout=1,
                ping_interval=None,
                max_size=FRAME_BYTES_MAX,
            ) as socket:
                self.heard_at = self._now()
                await self._converse(socket)
        except UnreadableFrame as unreadable:
            return f"a frame could not be read: {unreadable}", False
        except _GivenUp as given_up:
            return str(given_up), self.trouble is None
        except (OSError, WebSocketException) as error:
            # Also TimeoutError, an OSError.
            return f"{type(error).__name__}: {error}", self.trouble is None
        except Exception as error:
            # A bug of ours, or a proxy that cannot be used: a feed that ended for good would never be missed here.
            log.exception("market feed broke")
            return f"{type(error).__name__}: {error}", False
        return "the venue closed the connection", self.trouble is None

    def _lost(self, reason: str) -> None:
        log.info("market feed lost", reason=reason, tokens=len(self.books))
        self.trouble = reason
        self._subscribed.clear()
        self._again.clear()
        known = [token for token, book in self.books.items() if book.known]
        for book in self.books.values():
            book.forget()
        if known:
            self._listener.sight_lost(known, self.heard_at, reason)

    async def _converse(self, socket: ClientConnection) -> None:
        """Ends with the connection, or raises why it is given up."""
        self._give_up = given_up = asyncio.get_running_loop().create_future()
        tasks = [
            asyncio.create_task(self._read(socket)),
            asyncio.create_task(self._subscribe(socket)),
            asyncio.create_task(self._keep_alive(socket)),
        ]
        try:
            ends: list[asyncio.Future[Any]] = [*tasks, given_up]
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if given_up in done:
                raise _GivenUp(given_up.result())
            for task in done:
                await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._give_up = None

    async def _read(self, socket: ClientConnection) -> None:
        async for text in socket:
            self.heard_at = self._now()
            self.trouble = None
            if text != PONG:
                self._take(text)

    def _take(self, text: str | bytes) -> None:
        for found in read_frame(text, self.books, self.heard_at):
            if not isinstance(found, BookTouched):
                self._listener.trade_seen(found)
            elif found.drifted:
                self._drifted(found.book)
            else:
                self._listener.book_changed(found.book)

    def _drifted(self, book: LiveBook) -> None:
        """The venue itself says that its best prices are others: nobody may judge by these."""
        book.forget()
        self._listener.sight_lost((book.token_id,), self.heard_at, "a change was missed")
        self._changed.set()

    def _to_name(self) -> set[str]:
        """New tokens, and those whose book is not known: naming one again makes the venue send its whole book."""
        at, first = asyncio.get_running_loop().time(), self._timings.book_again
        named = {
            token
            for token, book in self.books.items()
            if token not in self._subscribed
            or (not book.known and self._again.get(token, (at, first))[0] <= at)
        }
        for token in named:
            pause = min(max(2 * self._again.get(token, (at, 0.0))[1], first), AGAIN_MOST * first)
            self._again[token] = (at + pause, pause)
        return named

    async def _subscribe(self, socket: ClientConnection) -> None:
        first = True
        while True:
            self._changed.clear()
            added, dropped = self._to_name(), self._subscribed - self.books.keys()
            self._subscribed = set(self.books)
            if dropped:
                await _send(socket, {"operation": "unsubscribe", "assets_ids": sorted(dropped)})
            if added:
                opening = {"type": "market"} if first else {"operation": "subscribe"}
                await _send(socket, {**opening, "assets_ids": sorted(added)})
                first = False
            with suppress(TimeoutError):
                # Not wait_for: it swallows a cancellation that comes together with the event.
                async with asyncio.timeout(self._timings.book_again):
                    await self._changed.wait()

    async def _keep_alive(self, socket: ClientConnection) -> None:
        loop = asyncio.get_running_loop()
        spoke, last_heard = loop.time(), self.heard_at
        while True:
            await asyncio.sleep(self._timings.ping)
            if self.heard_at != last_heard:
                spoke, last_heard = loop.time(), self.heard_at
            if loop.time() - spoke >= self._timings.silence:
                raise _GivenUp(f"no word for {self._timings.silence:g} s")
            await socket.send("PING")


async def _send(socket: ClientConnection, frame: dict[str, object]) -> None:
    await socket.send(orjson.dumps(frame).decode())
