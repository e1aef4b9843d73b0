"""A database connection of its own that waits for notifications."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

CONNECT_SECONDS_MAX = 5.0
COMMAND_SECONDS_MAX = 20.0
CLOSE_SECONDS_MAX = 2.0


def plain_dsn(url: str) -> str:
    """The address as asyncpg takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


@asynccontextmanager
async def listening(
    url: str, application_name: str, channel: str, heard: Callable[[str], None], lost: Callable[[], None]
) -> AsyncIterator[Any]:
    """Calls `heard(payload)` for each notification and `lost()` once when the connection ends. Yields the connection."""
    connection = await asyncpg.connect(
        plain_dsn(url),
        timeout=CONNECT_SECONDS_MAX,
        command_timeout=COMMAND_SECONDS_MAX,
        server_settings={"application_name": application_name, "timezone": "UTC"},
    )

    def on_notify(_connection: object, _pid: int, _channel: str, payload: object) -> None:
        heard(str(payload))

    def on_end(_connection: object) -> None:
        lost()

    connection.add_termination_listener(on_end)
    try:
        await connection.add_listener(channel, on_notify)
        yield connection
    finally:
        connection.remove_termination_listener(on_end)
        with suppress(Exception):
            await asyncio.wait_for(connection.close(), CLOSE_SECONDS_MAX)
        if not connection.is_closed():
            connection.terminate()
