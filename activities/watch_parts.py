"""What a price watcher works with, and its pace."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from activities.workflow_calls import WorkflowCalls
from db.repositories.armed_exits import Shard
from db.session import Database
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.feed import MarketFeed
from exchange.ports import MarketData

DATABASE_AWAY = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
VENUE_AWAY = (MarketDataUnavailable, MarketDataRefused)

AFTER_FAULT = 0.5

log = structlog.get_logger("activities.price_watch")


@dataclass(frozen=True)
class WatchPace:
    """How often things are done, and how long they may take, in seconds."""

    lease: float = 1.0
    look: float = 5.0
    """All rules are read again this often; changes are heard of at once."""
    save: float = 1.0
    resting: float = 1.0
    """Which paper orders rest is read again this often."""
    read: float = 2.0
    """Prices by request: what the feed does not show."""
    quiet: float = 5.0
    """A token the feed was silent about so long is compared with what the venue answers."""
    silence: float = 12.0
    """Without a word from the feed, not even a pong, its prices count as unknown."""
    frozen: float = 2.0
    """So long the feed may be behind what the venue answers."""
    trust: float = 10.0
    """A feed that stood still is trusted again after so long without a fault."""
    restart: float = 10.0
    """A feed that stands still is started again this often."""
    held: float = 5.0
    """A trigger that a halt holds back is looked at again after this."""


@dataclass(frozen=True)
class WatchParts:
    """`clock` tells the time that rules are judged by."""

    database: Database
    markets: MarketData
    feed: MarketFeed
    calls: WorkflowCalls
    clock: Callable[[], datetime]
    shard: Shard
    holder: str
    pace: WatchPace = field(default_factory=WatchPace)


def unless_cancelled() -> None:
    """A library may answer a cancellation with an error of its own, or swallow it: who goes on in a loop asks here first."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def again_and_again(
    seconds: float, work: Callable[[], Awaitable[object]], faults: tuple[type[Exception], ...]
) -> None:
    """Never ends. `faults` are logged and the next round comes, not at once; anything else raises."""
    while True:
        unless_cancelled()
        pause = seconds
        try:
            await work()
        except faults as error:
            pause = max(seconds, AFTER_FAULT)
            log.warning(
                "price watch goes on",
                work=getattr(work, "__qualname__", "?"),
                error=str(error)[:200],
                exc_info=not isinstance(error, DATABASE_AWAY),
            )
        await asyncio.sleep(pause)


def older_than(at: datetime | None, seconds: float, now: datetime) -> bool:
    return at is None or now - at > timedelta(seconds=seconds)
