"""Exits that found no bid at an allowed price: as soon as somebody bids one, they are due and their guard is woken."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from temporalio.service import RPCError

from activities.watch_parts import DATABASE_AWAY, WatchParts, log, unless_cancelled
from contracts.exit import GuardInput
from db.repositories.waiting_exits import WaitingExit, hurry, waiting_exits
from domain.market.live_book import LiveBook
from domain.market.shard import shard_of


class WaitingExits:
    """`tokens`: those of the shard with such exits, as of the last `load`. A word that is lost costs the guard's own pause."""

    def __init__(self, parts: WatchParts) -> None:
        self._parts = parts
        self._by_token: dict[str, list[WaitingExit]] = {}
        self._found: asyncio.Queue[WaitingExit] = asyncio.Queue()
        self._queued: set[UUID] = set()

    @property
    def tokens(self) -> frozenset[str]:
        return frozenset(self._by_token)

    async def load(self) -> None:
        """Raises what a database raises that is away. A book that is known already counts at once."""
        shard = self._parts.shard
        by_token: dict[str, list[WaitingExit]] = {}
        async with self._parts.database.read() as session:
            for each in await waiting_exits(session, shard.source):
                if shard_of(each.token_id, shard.of) == shard.number % shard.of:
                    by_token.setdefault(each.token_id, []).append(each)
        self._by_token = by_token
        for token in list(by_token):
            book = self._parts.feed.book(token)
            if book is not None:
                self.book_changed(book)

    def book_changed(self, book: LiveBook) -> None:
        waiting = self._by_token.get(book.token_id)
        bid = book.best_bid
        if not waiting or bid is None:
            return
        found = [each for each in waiting if each.floor is None or bid >= each.floor]
        if found:
            self._ask(found)
            left = [each for each in waiting if each not in found]
            if left:
                self._by_token[book.token_id] = left
            else:
                del self._by_token[book.token_id]

    def _ask(self, found: Sequence[WaitingExit]) -> None:
        for each in found:
            if each.request_id not in self._queued:
                self._queued.add(each.request_id)
                self._found.put_nowait(each)

    async def run(self) -> None:
        while True:
            unless_cancelled()
            found = await self._found.get()
            self._queued.discard(found.request_id)
            try:
                async with self._parts.database.write() as session:
                    due = await hurry(session, found.request_id, self._parts.clock())
                if due:
                    guard = GuardInput(position_id=found.position_id, strategy_id=found.strategy_id)
                    await self._parts.calls.wake_guard(guard)
                    log.info("somebody bids again", position_id=str(found.position_id))
            except (*DATABASE_AWAY, RPCError, RuntimeError) as error:
                log.warning("an exit waits for its next try", error=str(error)[:200])
