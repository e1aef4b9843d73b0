"""kill -9 of the worker while a position is guarded: the price falls when nobody looks, and it is sold all the same."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.eventually import eventually
from tests.product import Product, running_product

GUARDED_AGAIN_WITHIN = 20.0
GRAPH = {
    "schema_version": 1,
    "nodes": [
        {"id": "stream", "type": "stream_markets", "config": {"tag": "politics", "limit": 1}},
        {
            "id": "buy",
            "type": "execute_trade",
            "type_version": 2,
            "config": {"outcome": "first", "amount": "20", "stop_loss": "0.2"},
        },
    ],
    "edges": [{"source": "stream", "target": "buy"}],
}
AWAY = (OSError, KeyError, StopIteration, asyncpg.PostgresError, asyncpg.InterfaceError)
pytestmark = pytest.mark.timeout(300)


async def one(product: Product, sql: str) -> asyncpg.Record | None:
    try:
        rows = await product.query(sql)
    except AWAY:
        return None
    return rows[0] if rows else None


async def test_a_position_is_guarded_again_within_20_seconds_of_a_kill(tmp_path: Path) -> None:
    async with running_product(tmp_path / "data") as product:
        async with await product.client() as client:
            body = {
                "name": "Guarded",
                "interval_seconds": 3600,
                "allocation": "500",
                "graph": GRAPH,
                "start": True,
            }
            answer = await client.post("/api/strategies", json=body)
            assert answer.status_code == 201, answer.text
        position = await eventually(
            lambda: one(product, "SELECT market_id FROM positions WHERE closed_at IS NULL")
        )
        await eventually(
            lambda: one(product, "SELECT 1 FROM price_watches WHERE feed = 'live' AND tokens = 1")
        )
        price = await one(product, "SELECT entry_price FROM strategy_trades")
        assert position is not None
        assert price is not None

        killed, began = datetime.now(UTC), time.monotonic()
        await product.kill("worker")
        sandbox = f"http://127.0.0.1:{(await product.part('sandbox'))['port']}"
        fallen = str(round(price["entry_price"] * Decimal("0.6"), 3))
        async with httpx.AsyncClient(base_url=sandbox, timeout=10) as http:
            path = f"/sandbox/markets/{position['market_id']}/price"
            (await http.post(path, json={"price": fallen})).raise_for_status()
        asked = await eventually(
            lambda: one(product, "SELECT created_at FROM exit_requests WHERE rule = 'stop_loss'"),
            within=GUARDED_AGAIN_WITHIN + 20,
            every=0.2,
        )
        assert asked is not None
        took = (asked["created_at"] - killed).total_seconds()
        assert took < GUARDED_AGAIN_WITHIN, f"{took:.1f} s"
        await eventually(
            lambda: one(product, "SELECT 1 FROM positions WHERE closed_at IS NOT NULL"), within=60, every=0.5
        )
        print(f"asked for after {took:.1f} s, sold after {time.monotonic() - began:.1f} s")
