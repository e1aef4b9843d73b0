"""One shard of prices: holds its lease and its feed, and judges every exit rule in memory as prices come."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime

from activities.armed_rules import ArmedRules
from activities.exit_asking import ExitAsking
from activities.feed_alarm import FeedAlarm
from activities.price_checks import PriceChecks
from activities.price_gaps import PriceGaps
from activities.resting_watch import RestingWatch
from activities.waiting_exits import WaitingExits
from activities.watch_parts import DATABASE_AWAY, WatchParts, again_and_again, log, unless_cancelled
from db.repositories.armed_exits import save_progress
from db.repositories.exit_triggers import Triggered
from db.repositories.price_watches import LEASE_SECONDS, give_back_lease, last_alive, take_lease
from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.portfolio.watched_exits import Trigger, WatchedExits

RULES_PAUSE = 0.05
"""Changes that come together are read together."""
TIMER = 0.1
"""How exactly rules by the clock are kept, in seconds."""


class LeaseTaken(Exception):
    """Somebody else watches this shard."""


class PriceWatcher:
    """Implements exchange.feed.FeedListener. `run` ends only by being cancelled or by an exception.

    `unwritten`: what triggered under a watcher before this one that could not write it.
    """

    def __init__(self, parts: WatchParts, unwritten: Iterable[Triggered] = ()) -> None:
        self.exits = WatchedExits()
        self._parts = parts
        self._asking = ExitAsking(parts, self.exits)
        self._gaps = PriceGaps(parts, self.exits, self._triggered)
        self._checks = PriceChecks(parts, self.exits, self._triggered, self._gaps.note)
        self._rules = ArmedRules(parts, self.exits, self._triggered)
        self._alarm = FeedAlarm(parts, self.exits, self._checks)
        self._resting = RestingWatch(parts)
        self._bidless = WaitingExits(parts)
        self._followed: frozenset[str] = frozenset()
        self._asking.take_up(unwritten)

    @property
    def unwritten(self) -> tuple[Triggered, ...]:
        """What triggered and is in no book yet."""
        return tuple(self._asking.unwritten.values())

    def book_changed(self, book: LiveBook) -> None:
        self._checks.feed_said(book)
        self._resting.book_changed(book)
        self._bidless.book_changed(book)

    def trade_seen(self, trade: TradeSeen) -> None:
        self._resting.trade_seen(trade)

    def sight_lost(self, token_ids: Collection[str], last_heard: datetime, reason: str) -> None:
        self.exits.lose_sight(token_ids, last_heard)

    def _triggered(self, found: Iterable[Trigger]) -> None:
        for one in found:
            self._asking.ask(one, self._parts.feed.book(one.armed.token_id))

    async def run(self) -> None:
        """Raises LeaseTaken at once, or later when the lease could not be kept; whatever else is raised is a bug."""
        parts, pace = self._parts, self._parts.pace
        async with parts.database.read() as session:
            last_seen = await last_alive(session, parts.shard.number)
        await self._take_lease()
        try:
            parts.feed.listen(self)
            await self._begin(last_seen)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_lease())
                tasks.create_task(self._asking.run())
                tasks.create_task(self._rules.listen())
                tasks.create_task(self._keep_time())
                for seconds, work in (
                    (RULES_PAUSE, self._follow_rules),
                    (pace.save, self._save),
                    (pace.read, self._checks.round),
                    (pace.save, self._alarm.look),
                    (pace.save, self._gaps.look),
                ):
                    tasks.create_task(again_and_again(seconds, work, DATABASE_AWAY))
                # Only beside it: what goes wrong with a resting order must not leave all positions unguarded.
                for seconds, work in (
                    (0.0, self._resting.run),
                    (0.0, self._bidless.run),
                    (pace.resting, self._follow_resting),
                    (pace.resting, self._follow_bidless),
                ):
                    tasks.create_task(again_and_again(seconds, work, (Exception,)))
        finally:
            await self._give_back()

    async def _begin(self, last_seen: datetime | None) -> None:
        """Rules first. What can be sold now, and what happened to prices since the last watcher looked, is asked beside the
        feed: a venue that takes its time must not keep exits from what the feed says."""
        await self._rules.look()
        self._follow()
        if last_seen is not None:
            for token in self.exits.tokens():
                self._gaps.note(token, last_seen, self._parts.clock())

    async def _follow_rules(self) -> None:
        await self._rules.look_when_told()
        self._follow()

    async def _follow_resting(self) -> None:
        await self._resting.load()
        self._follow()

    async def _follow_bidless(self) -> None:
        await self._bidless.load()
        self._follow()

    def _follow(self) -> None:
        guarded = self.exits.tokens()
        tokens = guarded | self._resting.tokens | self._bidless.tokens
        self._checks.forget(guarded)
        if tokens != self._followed:
            self._followed = tokens
            self._parts.feed.watch(tokens)

    async def _keep_time(self) -> None:
        while True:
            unless_cancelled()
            await asyncio.sleep(TIMER)
            now, due = self._parts.clock(), self.exits.next_due()
            if due is not None and due <= now:
                await self._checks.confirm_due(now)
                self._triggered(self.exits.due(now))

    async def _save(self) -> None:
        progress = self.exits.unsaved()
        try:
            saved = await save_progress(self._parts.database.prepared, progress)
        except BaseException:
            self.exits.not_saved(progress)
            raise
        self.exits.not_saved([one for one in progress if one.armed.key not in saved])

    async def _take_lease(self) -> None:
        async with self._parts.database.write() as session:
            if not await take_lease(session, self._parts.shard.number, self._parts.holder):
                raise LeaseTaken(f"shard {self._parts.shard.number} is watched by somebody else")

    async def _keep_lease(self) -> None:
        loop = asyncio.get_running_loop()
        kept = loop.time()
        while True:
            unless_cancelled()
            await asyncio.sleep(self._parts.pace.lease)
            try:
                async with asyncio.timeout(LEASE_SECONDS / 2):
                    await self._take_lease()
                kept = loop.time()
            except DATABASE_AWAY as error:
                if loop.time() - kept > LEASE_SECONDS - self._parts.pace.lease:
                    raise LeaseTaken("the lease could not be kept: the database is away") from error

    async def _give_back(self) -> None:
        try:
            async with asyncio.timeout(2), self._parts.database.write() as session:
                await give_back_lease(session, self._parts.shard.number, self._parts.holder)
        except DATABASE_AWAY as error:
            log.warning("lease not given back", error=str(error)[:200])
