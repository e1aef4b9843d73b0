"""The market channel frame by frame, at a speed at which things happen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox


@asynccontextmanager
async def channel(base: str) -> AsyncIterator[ClientConnection]:
    async with connect(f"{base.replace('http', 'ws')}/ws/market") as socket:
        yield socket


async def events(socket: ClientConnection) -> AsyncIterator[dict[str, Any]]:
    """All events, arrays taken apart."""
    async for text in socket:
        frame = orjson.loads(text)
        for event in frame if isinstance(frame, list) else [frame]:
            yield event


async def busiest(base: str) -> dict[str, Any]:
    """A busy market with a coarse tick and a price far from both ends."""
    params: dict[str, str | int] = {
        "limit": 50,
        "order": "volume24hr",
        "end_date_min": "2026-12-10",
        "volume_num_max": 3_000_000,
    }
    async with httpx.AsyncClient(base_url=base, timeout=20) as http:
        rows = (await http.get("/gamma/markets", params=params)).json()
    market: dict[str, Any] = next(
        row for row in rows if row["orderPriceMinTickSize"] == 0.01 and 0.15 < row["bestBid"] < 0.85
    )
    market["tokens"] = orjson.loads(market["clobTokenIds"])
    return market


def apply(book: dict[str, dict[str, str]], change: dict[str, str]) -> None:
    side = book["bids" if change["side"] == "BUY" else "asks"]
    if change["size"] == "0":
        side.pop(change["price"], None)
    else:
        side[change["price"]] = change["size"]


async def test_ping_is_answered_and_nonsense_is_refused(sandbox: str) -> None:
    async with channel(sandbox) as socket, asyncio.timeout(20):
        await socket.send("PING")
        assert await socket.recv() == "PONG"
        for frame in ("{", '{"type":"other"}', "[]"):
            await socket.send(frame)
            assert await socket.recv() == "INVALID OPERATION"


async def test_changes_applied_to_the_first_book_give_the_next_book() -> None:
    async with running_sandbox(SandboxConfig(speed=60)) as base:
        market = await busiest(base)
        token = market["tokens"][0]
        kept: dict[str, dict[str, str]] = {}
        changes = 0
        async with channel(base) as socket, asyncio.timeout(60):
            await socket.send(orjson.dumps({"type": "market", "assets_ids": market["tokens"]}).decode())
            async for event in events(socket):
                if event["event_type"] == "price_change":
                    assert {row["asset_id"] for row in event["price_changes"]} == set(market["tokens"])
                    for row in event["price_changes"]:
                        if row["asset_id"] == token:
                            apply(kept, row)
                            assert Decimal(row["best_bid"]) < Decimal(row["best_ask"])
                    changes += 1
                elif event["event_type"] == "book" and event["asset_id"] == token:
                    shown = {
                        side: {row["price"]: row["size"] for row in event[side]} for side in ("bids", "asks")
                    }
                    if changes >= 3:
                        assert kept == shown
                        return
                    kept = shown


async def test_trades_come_as_last_trade_price_with_a_new_book() -> None:
    async with running_sandbox(SandboxConfig(speed=600)) as base:
        market = await busiest(base)
        async with channel(base) as socket, asyncio.timeout(60):
            await socket.send(orjson.dumps({"type": "market", "assets_ids": market["tokens"]}).decode())
            traded = False
            async for event in events(socket):
                if event["event_type"] == "last_trade_price":
                    assert event["asset_id"] in market["tokens"]
                    assert event["side"] in ("BUY", "SELL")
                    assert 0 < Decimal(event["price"]) < 1
                    traded = True
                elif traded and event["event_type"] == "book":
                    return


@pytest.mark.parametrize("custom", [True, False])
async def test_resolution_is_told_only_with_the_custom_feature(custom: bool) -> None:
    async with (
        running_sandbox(SandboxConfig(seed=5)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as http,
    ):
        market = await busiest(base)
        frame = {"type": "market", "assets_ids": market["tokens"], "custom_feature_enabled": custom}
        async with channel(base) as socket:
            await socket.send(orjson.dumps(frame).decode())
            first = events(socket)
            assert (await anext(first))["event_type"] == "book"
            reply = await http.post(f"/sandbox/markets/{market['id']}/resolve", json={"outcome": "no"})
            assert reply.json()["closed"]
            told = None
            try:
                async with asyncio.timeout(20 if custom else 1.5):
                    async for event in first:
                        if event["event_type"] == "market_resolved":
                            told = event
                            break
            except TimeoutError:
                pass
        if custom:
            assert told is not None
            assert (told["winning_outcome"], told["winning_asset_id"]) == ("No", market["tokens"][1])
        else:
            assert told is None


async def test_tick_size_change_and_best_bid_ask_when_the_price_leaves_the_middle() -> None:
    async with (
        running_sandbox(SandboxConfig(speed=300)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as http,
    ):
        market = await busiest(base)
        frame = {"type": "market", "assets_ids": market["tokens"][:1], "custom_feature_enabled": True}
        seen: dict[str, dict[str, Any]] = {}
        async with channel(base) as socket, asyncio.timeout(60):
            await socket.send(orjson.dumps(frame).decode())
            await http.post(f"/sandbox/markets/{market['id']}/price", json={"price": "0.985"})
            async for event in events(socket):
                seen[event["event_type"]] = event
                if {"tick_size_change", "best_bid_ask"} <= set(seen):
                    break
        assert (seen["tick_size_change"]["old_tick_size"], seen["tick_size_change"]["new_tick_size"]) == (
            "0.01",
            "0.001",
        )


async def test_new_markets_are_announced_with_the_custom_feature() -> None:
    async with running_sandbox(SandboxConfig(speed=3600)) as base:
        market = await busiest(base)
        frame = {"type": "market", "assets_ids": market["tokens"], "custom_feature_enabled": True}
        async with channel(base) as socket, asyncio.timeout(60):
            await socket.send(orjson.dumps(frame).decode())
            async for event in events(socket):
                if event["event_type"] == "new_market":
                    assert len(event["assets_ids"]) == 2
                    return


async def test_unsubscribed_and_frozen_sockets_stay_open_and_silent() -> None:
    async with (
        running_sandbox(SandboxConfig(speed=60)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as http,
    ):
        market = await busiest(base)
        async with channel(base) as socket, asyncio.timeout(60):
            await socket.send(orjson.dumps({"type": "market", "assets_ids": market["tokens"]}).decode())
            await socket.recv()
            await http.post("/sandbox/faults", json={"frozen_socket": True})
            await socket.send("PING")
            while await socket.recv() != "PONG":
                continue
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(socket.recv(), 1)
            await http.post("/sandbox/faults", json={"down": True})
            with pytest.raises(ConnectionClosed):
                await socket.recv()
