"""Stands between the sandbox's market channel and a worker's feed, and writes down when each price was sent on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class PriceRelay:
    """`url` is what a feed connects to. Times are those of time.time()."""

    def __init__(self, venue_url: str) -> None:
        self.url = ""
        self._venue_url = venue_url
        self._sent: dict[str, list[tuple[float, Decimal]]] = {}
        self.subscribed: set[str] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["PriceRelay"]:
        async with serve(self._relay, "127.0.0.1", 0, ping_interval=None, max_size=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"ws://127.0.0.1:{port}"
            yield self

    def first_at_or_below(self, token: str, price: Decimal, since: float) -> float | None:
        """When the first best bid at or below `price` was sent on, `since` or later."""
        found = (at for at, bid in self._sent.get(token, ()) if at >= since and bid <= price)
        return next(found, None)

    async def _relay(self, worker: ServerConnection) -> None:
        async with connect(self._venue_url, ping_interval=None, max_size=None) as venue:
            up = asyncio.create_task(self._up(worker, venue))
            down = asyncio.create_task(self._down(venue, worker))
            await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _up(self, worker: ServerConnection, venue: ClientConnection) -> None:
        async for text in worker:
            if text != "PING":
                frame = orjson.loads(text)
                tokens = frame.get("assets_ids", ())
                if frame.get("operation") == "unsubscribe":
                    self.subscribed.difference_update(tokens)
                else:
                    self.subscribed.update(tokens)
            await venue.send(text)

    async def _down(self, venue: ClientConnection, worker: ServerConnection) -> None:
        async for text in venue:
            bids = dict(_best_bids(text))
            at = time.time()
            for token, bid in bids.items():
                self._sent.setdefault(token, []).append((at, bid))
            try:
                await worker.send(text)
            except ConnectionClosed:
                return


def _best_bids(text: str | bytes) -> list[tuple[str, Decimal]]:
    """Token and best bid of every book and price change in a frame."""
    if text == "PONG":
        return []
    frame: Any = orjson.loads(text)
    found: list[tuple[str, Decimal]] = []
    for event in frame if isinstance(frame, list) else [frame]:
        if event.get("event_type") == "book" and event["bids"]:
            found.append((event["asset_id"], max(Decimal(level["price"]) for level in event["bids"])))
        for row in event.get("price_changes", ()):
            found.append((row["asset_id"], Decimal(row["best_bid"])))
    return found
