"""The market feed over the sandbox's market channel, and over a server that does what the sandbox never would."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from polymarket.environments import PRODUCTION
from websockets.asyncio.server import ServerConnection, serve

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.money import Price
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_connection import FeedTimings
from exchange.polymarket.market_feed import PRODUCTION_URL, PolymarketFeed, utc_now
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox
from tests.eventually import eventually

QUICK = FeedTimings(ping=0.1, silence=0.5, connect=5, backoff_first=0.02, backoff_most=0.1, book_again=0.1)


class Ear:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.bids: dict[str, list[Price | None]] = {}
        self.trades: list[TradeSeen] = []
        self.lost: list[tuple[frozenset[str], datetime, str]] = []

    def book_changed(self, book: LiveBook) -> None:
        self.bids.setdefault(book.token_id, []).append(book.best_bid)

    def trade_seen(self, trade: TradeSeen) -> None:
        self.trades.append(trade)

    def sight_lost(self, token_ids: Collection[str], last_heard: datetime, reason: str) -> None:
        self.lost.append((frozenset(token_ids), last_heard, reason))


@asynccontextmanager
async def feeding(
    addresses: Addresses, timings: FeedTimings | None = None, most: int = 200
) -> AsyncIterator[tuple[PolymarketFeed, Ear]]:
    feed, ear = PolymarketFeed(addresses, timings=timings, tokens_per_connection=most), Ear()
    feed.listen(ear)
    try:
        yield feed, ear
    finally:
        await feed.close()


@asynccontextmanager
async def venue(speed: float = 1.0) -> AsyncIterator[tuple[Addresses, httpx.AsyncClient]]:
    async with (
        running_sandbox(SandboxConfig(seed=5, speed=speed)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as http,
    ):
        yield Addresses.of_sandbox(base), http


async def some_markets(http: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    rows = (await http.get("/gamma/markets", params={"limit": 100, "order": "volume24hr"})).json()
    found = [row for row in rows if 0.2 < float(row.get("bestBid") or 0) < 0.8][:count]
    assert len(found) == count
    return [{**row, "tokens": json.loads(row["clobTokenIds"])} for row in found]


async def known(feed: PolymarketFeed, *tokens: str) -> list[LiveBook]:
    async def look() -> list[LiveBook]:
        books = [feed.book(token) for token in tokens]
        return [book for book in books if book is not None] if None not in books else []

    return await eventually(look)


async def bid_of(http: httpx.AsyncClient, token: str) -> Decimal:
    rows = (await http.get("/clob/book", params={"token_id": token})).json()["bids"]
    return max(Decimal(row["price"]) for row in rows)


def test_the_address_is_that_of_the_sdk() -> None:
    assert PRODUCTION._config.clob_market_ws_url == PRODUCTION_URL


async def test_a_book_comes_on_subscription_and_follows_the_price() -> None:
    async with venue() as (addresses, http), feeding(addresses) as (feed, ear):
        (market,) = await some_markets(http, 1)
        token = market["tokens"][0]
        feed.watch([token])
        (book,) = await known(feed, token)
        assert abs((book.best_bid or Decimal(0)) - await bid_of(http, token)) < Decimal("0.05")
        await http.post(f"/sandbox/markets/{market['id']}/price", json={"price": "0.12"})

        async def fallen() -> bool:
            return (book.best_bid or Decimal(1)) <= Decimal("0.13")

        await eventually(fallen)
        assert ear.bids[token][-1] == book.best_bid
        assert feed.trouble is None
        assert feed.silent_since is not None
        assert utc_now() - feed.silent_since < timedelta(seconds=5)


async def test_trades_are_seen() -> None:
    async with venue(speed=600) as (addresses, http), feeding(addresses) as (feed, ear):
        markets = await some_markets(http, 3)
        feed.watch([token for market in markets for token in market["tokens"]])

        async def traded() -> list[TradeSeen]:
            return ear.trades

        assert (await eventually(traded))[0].shares > 0


async def test_tokens_are_spread_over_connections_and_let_go() -> None:
    async with venue() as (addresses, http), feeding(addresses, most=2) as (feed, _):
        tokens = [token for market in await some_markets(http, 3) for token in market["tokens"]]
        feed.watch(tokens[:5])
        await known(feed, *tokens[:5])
        routes = (await http.get("/sandbox/requests")).json()["routes"]
        assert routes["WS /ws/market"] == 3
        feed.watch(tokens[4:])
        await known(feed, *tokens[4:])
        assert feed.book(tokens[0]) is None
        assert len(feed._connections) == 1
        feed.watch([])
        assert feed.silent_since is None


async def test_a_venue_that_goes_down_is_told_and_books_come_again_when_it_is_back() -> None:
    async with venue() as (addresses, http), feeding(addresses, QUICK) as (feed, ear):
        (market,) = await some_markets(http, 1)
        token = market["tokens"][0]
        feed.watch([token])
        await known(feed, token)
        await http.post("/sandbox/faults", json={"down": True})

        async def lost() -> bool:
            return bool(ear.lost) and feed.book(token) is None and feed.trouble is not None

        await eventually(lost)
        assert ear.lost[0][0] == {token}
        await http.post("/sandbox/faults", json={})
        await known(feed, token)
        assert feed.trouble is None


async def test_a_frozen_connection_is_given_up_when_asked() -> None:
    async with venue() as (addresses, http), feeding(addresses) as (feed, ear):
        (market,) = await some_markets(http, 1)
        token = market["tokens"][0]
        feed.watch([token])
        await known(feed, token)
        await http.post("/sandbox/faults", json={"frozen_socket": True})
        await http.post(f"/sandbox/markets/{market['id']}/price", json={"price": "0.12"})
        feed.start_again([token], "frozen")

        async def shown() -> bool:
            book = feed.book(token)
            return book is not None and (book.best_bid or Decimal(1)) <= Decimal("0.13")

        await eventually(shown)
        assert [reason for _, _, reason in ear.lost] == ["frozen"]


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
