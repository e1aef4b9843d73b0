"""Resting paper orders at the feed: books and trades of their tokens reach them in order, one after the other."""

import asyncio
from collections import deque
from dataclasses import dataclass
from uuid import UUID

from temporalio.service import RPCError

from activities.resting_orders import RestingOrders
from activities.watch_parts import DATABASE_AWAY, WatchParts, log, unless_cancelled
from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.market.shard import shard_of

WAITING_MAX = 10_000
"""What waits beyond this is dropped, oldest first: orders look at the book by themselves every half minute."""


@dataclass(slots=True)
class Waiting:
    event: LiveBook | TradeSeen


class RestingWatch:
    """`tokens`: those of the shard with resting orders, as of the last `load`."""

    def __init__(self, parts: WatchParts) -> None:
        self.tokens: frozenset[str] = frozenset()
        self._parts = parts
        self._orders = RestingOrders(parts.database, parts.clock, parts.shard.source)
        self._one_at_a_time = asyncio.Lock()
        self._waiting: deque[Waiting] = deque()
        self._newest: dict[str, Waiting] = {}
        """Books that wait with no trade of theirs behind them: the next one takes their place."""
        self._more = asyncio.Event()

    def book_changed(self, book: LiveBook) -> None:
        """Books of a token that follow each other without a trade between them are one book: the last."""
        if book.token_id not in self.tokens:
            return
        newest = self._newest.get(book.token_id)
        if newest is not None:
            newest.event = book.copy()
        else:
            self._newest[book.token_id] = self._put(book.copy())

    def trade_seen(self, trade: TradeSeen) -> None:
        if trade.token_id in self.tokens:
            self._newest.pop(trade.token_id, None)
            self._put(trade)

    def _put(self, event: LiveBook | TradeSeen) -> "Waiting":
        if len(self._waiting) >= WAITING_MAX:
            self._take()
        waiting = Waiting(event)
        self._waiting.append(waiting)
        self._more.set()
        return waiting

    def _take(self) -> LiveBook | TradeSeen:
        waiting = self._waiting.popleft()
        if self._newest.get(waiting.event.token_id) is waiting:
            del self._newest[waiting.event.token_id]
        return waiting.event

    async def load(self) -> None:
        """Raises what a database raises that is away. New tokens begin with the book that is known of them."""
        async with self._one_at_a_time:
            await self._orders.load()
        shard, before = self._parts.shard, self.tokens
        self.tokens = frozenset(
            token for token in self._orders.tokens() if shard_of(token, shard.of) == shard.number % shard.of
        )
        for token in self.tokens - before:
            book = self._parts.feed.book(token)
            if book is not None:
                self.book_changed(book)

    async def run(self) -> None:
        while True:
            unless_cancelled()
            if not self._waiting:
                self._more.clear()
                await self._more.wait()
            await self._serve(self._take())

    async def _serve(self, event: LiveBook | TradeSeen) -> None:
        try:
            async with self._one_at_a_time:
                served = await self._served_by(event)
        except DATABASE_AWAY as error:
            log.warning("resting orders wait for the next book", error=str(error)[:200])
            return
        for order_id in served:
            await self._tell(order_id)

    async def _served_by(self, event: LiveBook | TradeSeen) -> tuple[UUID, ...]:
        if isinstance(event, TradeSeen):
            return await self._orders.on_trade(event)
        seen_at = event.observed_at or self._parts.clock()
        return await self._orders.on_book(event.token_id, event, seen_at)

    async def _tell(self, order_id: UUID) -> None:
        """A word that is lost costs half a minute: the order's workflow looks by itself."""
        try:
            await self._parts.calls.order_changed(order_id)
        except (RPCError, RuntimeError) as error:
            log.warning("order not told", order_id=str(order_id), error=str(error)[:200])
