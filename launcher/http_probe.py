"""Asks a local server for one page. Small, so that it can be asked every few milliseconds while a part starts."""

import asyncio
from contextlib import suppress

ANSWER_SECONDS_MAX = 3.0


async def answers_ok(host: str, port: int, path: str) -> bool:
    """True when GET answers 200."""
    writer = None
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            status_line = await reader.readline()
            return status_line.split(b" ")[1:2] == [b"200"]
    except (OSError, TimeoutError, ValueError):
        return False
    finally:
        if writer is not None:
            with suppress(OSError):
                writer.close()


def reachable_host(host: str) -> str:
    """Where this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
