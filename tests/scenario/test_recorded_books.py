"""Real input: recorded order books of real markets replayed by the sandbox; paper trades carry exactly their prices."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.convert_resolvedkit import convert
from tests.eventually import eventually
from tests.product import ROOT, Product, running_product

pytestmark = pytest.mark.timeout(300)
AMOUNTS = {"Up": "40", "Down": "2500"}

GRAPH: dict[str, Any] = {
    "schema_version": 1,
    "nodes": [
        {"id": "stream", "type": "stream_markets", "config": {"tag": "bitcoin"}},
        *(
            {
                "id": f"buy-{outcome}",
                "type": "execute_trade",
                "config": {"outcome": outcome, "amount": amount},
            }
            for outcome, amount in AMOUNTS.items()
        ),
    ],
    "edges": [{"source": "stream", "target": f"buy-{outcome}"} for outcome in AMOUNTS],
}


async def filled(product: Product) -> list[dict[str, Any]]:
    rows = await product.query(
        "SELECT o.id, o.condition_id, o.outcome, o.amount, o.book, json_agg(json_build_object("
        "'price', f.price::text, 'shares', f.shares::text, 'fee', f.fee::text) ORDER BY f.index) AS fills"
        " FROM orders o JOIN order_fills f ON f.order_id = o.id WHERE o.status = 'filled' GROUP BY o.id"
    )
    return [dict(row) for row in rows]


def as_line(order: dict[str, Any]) -> str:
    venue_time = datetime.fromisoformat(json.loads(order["book"])["venue_time"])
    return json.dumps(
        {
            "condition_id": order["condition_id"],
            "side": order["outcome"].upper(),
            "book_time_ms": round(venue_time.timestamp() * 1000),
            "amount": str(order["amount"]),
            "rate": "0.07",
            "fills": json.loads(order["fills"]),
        }
    )


async def test_paper_trades_on_recorded_books_carry_the_recorded_prices(
    shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "resolvedkit-btc15m-books"
    assert convert(source, tmp_path / "capture") > 10_000
    async with (
        running_product(
            tmp_path / "data",
            CASCADIAN_SANDBOX_CAPTURE=str(tmp_path / "capture"),
            CASCADIAN_PAPER_BALANCE="1000000000",
        ) as product,
        await product.client() as client,
    ):
        answer = await client.post(
            "/api/strategies",
            json={
                "name": "On recorded books",
                "interval_seconds": 2,
                "allocation": "1000000",
                "graph": GRAPH,
            },
        )
        assert answer.status_code == 201, answer.text
        url = f"/api/strategies/{answer.json()['id']}"
        # Every price of the recording counts, however far it walks the book.
        limits = {
            "slippage_ratio_max": "100",
            "price_min": "0",
            "price_max": "1",
            "orders_per_minute_max": 1000,
        }
        assert (await client.patch(f"{url}/risk-limits", json=limits)).status_code == 200
        assert (await client.post(f"{url}/start")).status_code == 202

        async def enough() -> list[dict[str, Any]]:
            orders = await filled(product)
            return orders if len(orders) >= 20 else []

        orders = await eventually(enough, within=120, every=1)
    assert max(len(json.loads(order["fills"])) for order in orders) > 1, "no order walked more than one level"
    checker = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "tests/scenario/check_capture_trades.py"),
        str(source),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await checker.communicate("\n".join(as_line(order) for order in orders).encode())
    assert checker.returncode == 0, out.decode()[:3000]
    assert f"{len(orders)} trades explained" in out.decode()
