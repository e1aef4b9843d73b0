"""The market feed over the sandbox's market channel."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
from polymarket.environments import PRODUCTION

from domain.market.feed_events import TradeSeen
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_feed import PRODUCTION_URL, utc_now
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox
from tests.eventually import eventually
from tests.exchange.listening_feed import QUICK, feeding, known


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
