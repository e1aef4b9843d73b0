"""Postgres and Temporal that run elsewhere, named by settings: waited for at the start, never started or stopped."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

import asyncpg

from config.settings import Settings
from launcher.errors import LauncherError
from launcher.postgres import CONNECTION_TROUBLE
from launcher.temporal_server import answers

WAIT_SECONDS_MAX = 60.0
POLL_SECONDS = 0.5


async def await_external_parts(settings: Settings, seconds_max: float = WAIT_SECONDS_MAX) -> None:
    """Returns when those that are named answer. Raises LauncherError with the setting that names the silent one."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        where = f"The database at {safe_address(url)} (CASCADIAN_DATABASE_URL)"
        await _until(lambda: database_trouble(url), where, seconds_max)
    if settings.temporal_address is not None:
        where = f"Temporal at {settings.temporal_address} (CASCADIAN_TEMPORAL_ADDRESS)"
        await _until(lambda: temporal_trouble(settings, str(settings.temporal_address)), where, seconds_max)


async def database_trouble(url: str) -> str | None:
    """None when a query is answered, else why not."""
    scheme, _, rest = url.partition("://")
    try:
        connection = await asyncpg.connect(f"{scheme.split('+')[0]}://{rest}", timeout=5)
    except (*CONNECTION_TROUBLE, ValueError) as error:
        return str(error) or type(error).__name__
    with suppress(Exception):
        await connection.close(timeout=2)
    return None


async def temporal_trouble(settings: Settings, address: str) -> str | None:
    """None when a call is answered, else why not."""
    key = settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None
    if await answers(address, settings.temporal_namespace, key, settings.temporal_tls):
        return None
    return f"it can't count workflows of the namespace {settings.temporal_namespace}, or lacks our search attributes"


def safe_address(url: str) -> str:
    """Host and port of a URL, without user and password."""
    parts = urlsplit(url)
    return f"{parts.hostname or '?'}:{parts.port or 5432}"


async def _until(trouble: Callable[[], Awaitable[str | None]], where: str, seconds_max: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds_max
    while (why := await trouble()) is not None:
        if asyncio.get_running_loop().time() > deadline:
            raise LauncherError(f"{where} does not answer: {why}.")
        await asyncio.sleep(POLL_SECONDS)
