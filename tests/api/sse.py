"""A reader of server-sent events, as a browser's EventSource reads them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from tests.eventually import eventually


@dataclass
class Sse:
    id: int
    event: str
    data: dict[str, Any]


@dataclass
class OpenStream:
    """What came so far."""

    events: list[Sse] = field(default_factory=list)
    comments: int = 0
    ended: bool = False

    @property
    def hello(self) -> Sse:
        return self.events[0]

    def told(self) -> list[Sse]:
        return self.events[1:]

    async def have(self, count: int, *, within: float = 15.0) -> list[Sse]:
        """All events but the hello, once there are `count`."""

        async def enough() -> bool:
            return len(self.events) > count

        await eventually(enough, within=within)
        return self.told()


def _parse(block: str) -> Sse | None:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
    if "data" not in fields:
        return None
    return Sse(int(fields["id"]), fields["event"], orjson.loads(fields["data"]))


@asynccontextmanager
async def open_stream(http: httpx.AsyncClient, last_event_id: int | None = None) -> AsyncIterator[OpenStream]:
    """Reads until the block ends."""
    stream = OpenStream()
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}

    async def read() -> None:
        timeout = httpx.Timeout(30, read=60)
        async with http.stream("GET", "/api/stream", headers=headers, timeout=timeout) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            rest = ""
            async for text in answer.aiter_text():
                *blocks, rest = (rest + text).split("\n\n")
                for block in blocks:
                    event = _parse(block)
                    if event is not None:
                        stream.events.append(event)
                    else:
                        stream.comments += 1
        stream.ended = True

    reading = asyncio.create_task(read())

    async def begun() -> bool:
        return bool(stream.events) or reading.done()

    try:
        await eventually(begun)
        yield stream
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
