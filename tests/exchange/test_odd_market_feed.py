"""The market feed over a server that does what the sandbox never would."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from domain.market.live_book import LiveBook
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_feed import PolymarketFeed
from tests.eventually import eventually
from tests.exchange.listening_feed import QUICK, Ear, feeding, known


class OddVenue:
    """Sends `first` on every subscription; answers no PING when `deaf`."""

    def __init__(self, *first: str, deaf: bool = False) -> None:
        self.first = first
        self.deaf = deaf
        self.connections = 0
        self.frames: list[dict[str, Any]] = []

    async def __call__(self, socket: ServerConnection) -> None:
        self.connections += 1
        async for text in socket:
            if text == "PING":
                if not self.deaf:
                    await socket.send("PONG")
                continue
            self.frames.append(json.loads(text))
            for frame in self.first:
                await socket.send(frame)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Addresses]:
        async with serve(self, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            yield Addresses(clob_market_ws_url=f"ws://127.0.0.1:{port}")


BOOK = json.dumps(
    {
        "event_type": "book",
        "asset_id": "1",
        "bids": [{"price": "0.4", "size": "1"}],
        "asks": [],
        "timestamp": "1",
    }
)
DRIFTED = json.dumps(
    {
        "price_changes": [
            {"asset_id": "1", "price": "0.3", "size": "1", "side": "BUY", "best_bid": "0.5", "best_ask": "1"}
        ]
    }
)


async def test_a_connection_without_a_word_is_made_again() -> None:
    odd = OddVenue(BOOK, deaf=True)
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, ear):
        feed.watch(["1"])
        await known(feed, "1")

        async def again() -> bool:
            return odd.connections > 1 and bool(ear.lost)

        await eventually(again)
        assert ear.lost[0][2] == "no word for 0.5 s"


async def test_a_pong_is_a_word() -> None:
    odd = OddVenue(BOOK)
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, _):
        feed.watch(["1"])
        (book,) = await known(feed, "1")
        first = book.observed_at

        async def pongs() -> bool:
            return (
                feed.silent_since is not None
                and first is not None
                and feed.silent_since - first > timedelta(seconds=1)
            )

        await eventually(pongs)
        assert odd.connections == 1


async def test_a_book_that_drifted_is_asked_for_again() -> None:
    odd = OddVenue(BOOK, DRIFTED)
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, _):
        feed.watch(["1"])

        async def asked() -> bool:
            return {"operation": "subscribe", "assets_ids": ["1"]} in odd.frames

        await eventually(asked)
        assert odd.connections == 1


async def test_nobody_is_told_of_a_book_that_drifted() -> None:
    odd = OddVenue(BOOK, DRIFTED)
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, ear):
        feed.watch(["1"])

        async def lost() -> bool:
            return bool(ear.lost)

        await eventually(lost)
        # The venue said 0.5 itself: a stop between 0.4 and 0.5 must not sell by what we missed.
        assert set(ear.bids["1"]) == {Decimal("0.4")}
        assert ear.lost[0][0] == {"1"}
        assert feed.trouble is None


async def test_a_book_that_does_not_come_is_asked_for_again() -> None:
    odd = OddVenue()
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, _):
        feed.watch(["1"])

        async def asked() -> bool:
            return odd.frames.count({"operation": "subscribe", "assets_ids": ["1"]}) > 1

        await eventually(asked)
        odd.first = (BOOK,)
        await known(feed, "1")
        assert odd.connections == 1


async def test_a_token_that_was_let_go_and_taken_back_at_once_is_known_again() -> None:
    odd = OddVenue(BOOK)
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, _):
        feed.watch(["1", "2"])
        await known(feed, "1")
        feed.watch(["2"])
        feed.watch(["1", "2"])
        assert feed.book("1") is None
        await known(feed, "1")


class BrokenEar(Ear):
    """Raises once: a bug of ours."""

    broke = False

    def book_changed(self, book: LiveBook) -> None:
        if not self.broke:
            self.broke = True
            raise RuntimeError("a bug")
        super().book_changed(book)


async def test_a_bug_of_the_listener_does_not_end_the_feed_for_good() -> None:
    odd, ear = OddVenue(BOOK), BrokenEar()
    async with odd.serving() as addresses:
        feed = PolymarketFeed(addresses, timings=QUICK)
        feed.listen(ear)
        try:
            feed.watch(["1"])

            async def told() -> bool:
                return bool(ear.bids)

            await eventually(told)
            assert ear.broke
        finally:
            await feed.close()


@pytest.mark.parametrize("frame", ["nonsense", '{"event_type":"book","asset_id":"1"}'])
async def test_what_cannot_be_read_ends_the_connection_and_is_told(frame: str) -> None:
    odd = OddVenue(frame)
    async with odd.serving() as addresses, feeding(addresses, QUICK) as (feed, _):
        feed.watch(["1"])

        async def again() -> bool:
            return odd.connections > 2 and "could not be read" in (feed.trouble or "")

        await eventually(again)


async def test_nothing_is_left_running_after_close() -> None:
    before = asyncio.all_tasks()
    odd = OddVenue(BOOK)
    async with odd.serving() as addresses:
        async with feeding(addresses, QUICK) as (feed, _):
            feed.watch(["1", "2"])
            await known(feed, "1")
        left = [task for task in asyncio.all_tasks() - before if "market_connection" in repr(task)]
        assert left == []
