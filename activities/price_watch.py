"""The long activity that watches prices: one per shard at a time, taken over within seconds when its worker dies."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import heartbeats, short
from activities.price_watcher import LeaseTaken, PriceWatcher
from activities.watch_parts import DATABASE_AWAY, WatchPace, WatchParts, log
from activities.workflow_calls import WorkflowCalls
from contracts.price_watch import PriceWatchEnd, PriceWatchInput
from db.repositories.armed_exits import Shard
from db.repositories.exit_triggers import Triggered
from db.session import Database
from exchange.feed import MarketFeed
from exchange.ports import MarketData

ENDS_WITHIN = 5.0
AGAIN = timedelta(seconds=1)


class PriceWatch:
    """`feeds` makes a feed for one run of the activity, which closes it. `shards`: how many there are; 0: nobody watches."""

    def __init__(
        self,
        database: Database,
        markets: MarketData,
        feeds: Callable[[], MarketFeed],
        calls: WorkflowCalls,
        clock: Callable[[], datetime],
        source: str,
        shards: int = 1,
        pace: WatchPace | None = None,
    ) -> None:
        self._database = database
        self._markets = markets
        self._feeds = feeds
        self._calls = calls
        self._clock = clock
        self._source = source
        self._shards = shards
        self._pace = pace or WatchPace()
        self._unwritten: dict[int, tuple[Triggered, ...]] = {}
        """By shard: what triggered and could not be written before the watch ended, such as while the database is away."""

    @activity.defn(name="watch_prices")
    async def watch_prices(self, watch: PriceWatchInput) -> PriceWatchEnd:
        """Runs until its worker is told to stop or the lease is lost; both end as failures that are retried at once."""
        if watch.shard >= self._shards:
            return PriceWatchEnd(wanted=False, reason=f"there are {self._shards} shards")
        feed = self._feeds()
        parts = WatchParts(
            database=self._database,
            markets=self._markets,
            feed=feed,
            calls=self._calls,
            clock=self._clock,
            shard=Shard(self._source, watch.shard, self._shards),
            holder=f"{activity.info().workflow_run_id}-{uuid4()}",
            pace=self._pace,
        )
        try:
            async with heartbeats():
                ended = await self._watch_until_told(parts)
        finally:
            await feed.close()
        raise ApplicationError(ended, type="PriceWatchEnded", next_retry_delay=AGAIN)

    async def _watch_until_told(self, parts: WatchParts) -> str:
        """Why it ended."""
        watcher = PriceWatcher(parts, self._unwritten.pop(parts.shard.number, ()))
        tasks = [
            asyncio.create_task(watcher.run()),
            asyncio.create_task(activity.wait_for_worker_shutdown()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not tasks[0].done():
                return "its worker stops"
            return _why(tasks[0].exception())
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=ENDS_WITHIN)
            self._unwritten[parts.shard.number] = watcher.unwritten


def _why(error: BaseException | None) -> str:
    """The first of several; a bug is in the log with its traceback, since the failure says only one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if error is None:
        return "it ended"
    if not isinstance(error, (LeaseTaken, *DATABASE_AWAY)):
        log.error("price watch broke", exc_info=error)
    return short(error)
