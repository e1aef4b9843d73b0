"""kill -9 of every part, each in turn, while 20 strategies run: all go on, nothing twice, nothing lost."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.repositories.ledger_check import CHECKS
from tests.eventually import eventually
from tests.product import Product, running_product

STRATEGIES = 20
INTERVAL = 12
GOES_ON_WITHIN = 30.0
pytestmark = pytest.mark.timeout(420)

TRADER = {
    "schema_version": 1,
    "nodes": [
        {"id": "stream", "type": "stream_markets", "config": {"tag": "politics", "limit": 1}},
        {"id": "add", "type": "add_to_watchlist", "config": {}},
        {"id": "start", "type": "start", "config": {}},
        {"id": "monitor", "type": "monitor_watchlist", "config": {}},
        {"id": "buy", "type": "execute_trade", "config": {"outcome": "Yes", "amount": "1"}},
        {"id": "remove", "type": "remove_from_watchlist", "config": {}},
    ],
    "edges": [
        {"source": "stream", "target": "add"},
        {"source": "start", "target": "monitor"},
        {"source": "monitor", "target": "buy"},
        {"source": "buy", "source_port": "filled", "target": "remove"},
    ],
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with running_product(
        tmp_path_factory.mktemp("kills") / "data", CASCADIAN_PAPER_BALANCE="10000000"
    ) as running:
        async with await running.client() as client:
            for index in range(STRATEGIES):
                answer = await client.post(
                    "/api/strategies",
                    json={
                        "name": f"Killed {index}",
                        "interval_seconds": INTERVAL,
                        "allocation": "100000",
                        "graph": TRADER,
                        "start": True,
                    },
                )
                assert answer.status_code == 201, answer.text
        await all_went_on(running, datetime.now(UTC))
        yield running


async def all_went_on(product: Product, since: datetime, within: float = GOES_ON_WITHIN) -> None:
    """Every running strategy has begun an execution after `since`."""

    async def look() -> bool:
        try:
            rows = await product.query(
                "SELECT count(*) AS n FROM strategies s WHERE s.desired_state = 'running' AND EXISTS ("
                " SELECT 1 FROM strategy_executions e WHERE e.strategy_id = s.id AND e.step = 0 AND e.started_at > $1)",
                since,
            )
        except (OSError, KeyError, StopIteration, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return bool(rows[0]["n"] == STRATEGIES)

    await eventually(look, within=within, every=0.5)


async def nothing_is_double(product: Product) -> None:
    """Looked up in the books by SQL of its own, not by the product's code."""

    async def none(sql: str) -> list[Any]:
        return await product.query(sql)

    gaps = await none(
        "SELECT strategy_id, count(*) AS n, max(number) AS last, min(number) AS first FROM strategy_executions"
        " WHERE step = 0 GROUP BY strategy_id HAVING count(*) <> max(number) OR min(number) <> 1"
    )
    assert gaps == []
    assert (
        await none(
            "SELECT strategy_id, market_id FROM strategy_watchlists WHERE removed_at IS NULL"
            " GROUP BY 1, 2 HAVING count(*) > 1"
        )
        == []
    )
    assert (
        await none(
            "SELECT strategy_id, number, step, node_id, market_id FROM orders GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"
        )
        == []
    )
    assert await none("SELECT entry_order_id FROM strategy_trades GROUP BY 1 HAVING count(*) > 1") == []
    assert (
        await none(
            "SELECT o.id FROM orders o LEFT JOIN strategy_trades t ON t.entry_order_id = o.id"
            " WHERE o.status = 'filled' AND t.id IS NULL"
        )
        == []
    )
    assert (
        await none(
            "SELECT o.id FROM orders o LEFT JOIN (SELECT order_id, sum(shares) AS s FROM order_fills GROUP BY 1) f"
            " ON f.order_id = o.id WHERE o.status = 'filled' AND o.filled_shares <> f.s"
        )
        == []
    )
    assert (
        await none(
            "SELECT w.strategy_id FROM strategy_wallets w LEFT JOIN ("
            " SELECT strategy_id, sum(cost) AS cost FROM strategy_trades WHERE status IN ('filled', 'partial') GROUP BY 1"
            ") t USING (strategy_id) WHERE w.deployed_amount <> coalesce(t.cost, 0)"
            " OR w.allocated_amount <> w.available_amount + w.reserved_amount + w.deployed_amount"
        )
        == []
    )
    for check in CHECKS:
        assert await none(check) == []


async def orders_are_final(product: Product) -> None:
    """No order hangs: what was decided before the crash came to its end."""
    before = datetime.now(UTC)

    async def look() -> bool:
        rows = await product.query(
            "SELECT count(*) AS n FROM orders WHERE final_at IS NULL AND created_at < $1", before
        )
        return bool(rows[0]["n"] == 0)

    await eventually(look, within=90, every=1)


@pytest.mark.parametrize(
    "part",
    # The sandbox only plays the venue: its end is part of the long run.
    ["worker", "temporal", "postgres", "api", pytest.param("sandbox", marks=pytest.mark.chaos)],
)
async def test_after_kill_9_of_a_part_all_strategies_go_on_within_30_seconds(
    product: Product, part: str
) -> None:
    died = await product.kill(part)
    await all_went_on(product, datetime.now(UTC))

    async def restarted() -> bool:
        now = await product.part(part)
        return bool(now["healthy"] and now["pid"] != died)

    await eventually(restarted, within=60, every=0.5)
    await orders_are_final(product)
    await nothing_is_double(product)


async def test_trades_were_made_meanwhile(product: Product) -> None:
    rows = await product.query(
        "SELECT count(*) AS n FROM strategy_trades WHERE status IN ('filled', 'partial')"
    )
    assert rows[0]["n"] >= STRATEGIES


async def test_after_the_temporal_database_is_deleted_strategies_are_rebuilt_and_go_on(
    product: Product,
) -> None:
    await product.stop()
    shutil.rmtree(product.data / "temporal")
    await product.start()
    # Every part has just started and 20 workflows begin at once: no promise of seconds here, only that all go on.
    await all_went_on(product, datetime.now(UTC), within=120)
    await orders_are_final(product)
    await nothing_is_double(product)
