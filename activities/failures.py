"""The one place where exceptions become Temporal failures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from exchange.errors import MarketDataUnavailable

MESSAGE_MAX = 500
HEARTBEAT_EVERY = 2.0


def short(error: BaseException) -> str:
    """The error in one bounded line; failures travel as payloads and are shown to people."""
    text = str(error) or type(error).__name__
    return " ".join(text.split())[:MESSAGE_MAX]


@asynccontextmanager
async def translated_failures() -> AsyncIterator[None]:
    """Faults leave as ApplicationError named after their class, and all are retried: a bug suspends what it touches until it
    is mended, with the attempts in Temporal's Web UI to see; it never ends a strategy or an order."""
    try:
        yield
    except (ApplicationError, asyncio.CancelledError):
        raise
    except MarketDataUnavailable as error:
        delay = timedelta(seconds=min(error.retry_after, 30)) if error.retry_after else None
        raise ApplicationError(short(error), type="MarketDataUnavailable", next_retry_delay=delay) from error
    except Exception as error:
        raise ApplicationError(short(error), type=type(error).__name__) from error


@asynccontextmanager
async def heartbeats() -> AsyncIterator[None]:
    """Tells the server that this worker lives, so that work of a killed one is taken over within seconds."""

    async def beat() -> None:
        # The start counts as the first beat: what ends sooner than the next one costs no call.
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY)
            activity.heartbeat()

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
