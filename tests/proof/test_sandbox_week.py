"""Three strategies trade for days on the sandbox and leave in every way there is; then all books are computed again."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from db.session import Database
from scripts.check_books import differences, read_rows
from tests.proof.conftest import address_of
from tests.proof.sandbox_week import SandboxWeek
from tests.proof.week_graphs import ends, stops, trails

SEED = 11
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERY_EXIT = {
    "stop_loss",
    "take_profit",
    "half_profit",
    "trailing_stop",
    "breakeven",
    "time_exit",
    "before_resolution",
    "node:half",
    "user",
    "flatten",
}
SOLD = """
SELECT r.rule, count(DISTINCT r.id) FROM exit_requests r JOIN orders o ON o.exit_request_id = r.id
WHERE o.filled_shares > 0 GROUP BY r.rule
"""
"""How many requests of each rule sold something."""


async def trade(database: Database, days: int, hours: int = 24) -> Counter[str]:
    """Days of so many hours. Answers how often each kind of exit sold; `resolved` counts positions that their markets paid."""
    week = SandboxWeek(database, SEED, START)
    try:
        await week.open("500", stops(), trails(), ends())
        stopping, trailing, _ = week.strategies
        for day in range(days):
            await week.go_on_for(timedelta(hours=hours // 2))
            await week.take_half_profits(trailing if day % 2 else stopping)
            await week.close_by_hand(week.strategies[day % len(week.strategies)])
            await week.go_on_for(timedelta(hours=hours - hours // 2))
        held = {strategy: len(await week.positions(strategy)) for strategy in week.strategies}
        most = max(held, key=lambda strategy: held[strategy])
        await week.stop_and_flatten(most)
        assert await week.positions(most) == []
    finally:
        await week.close()
    connection = await asyncpg.connect(address_of(database))
    try:
        rows = await read_rows(connection)
        assert differences(rows) == []
        exits = Counter({row["rule"]: row["count"] for row in await connection.fetch(SOLD)})
    finally:
        await connection.close()
    exits["resolved"] = sum(row["close_reason"] == "resolved" for row in rows["positions"])
    orders = Counter(f"{row['side']} {row['order_type']} {row['status']}" for row in rows["orders"])
    print(
        f"{len(rows['ledger_entries'])} ledger entries, {len(rows['positions'])} positions, {dict(orders)}, {dict(exits)}"
    )
    return exits


async def test_some_hours_of_three_strategies_on_the_sandbox_are_recomputed_exactly(
    own_database: Database,
) -> None:
    exits = await trade(own_database, 1, hours=6)
    assert exits["flatten"] > 0
    assert exits.total() > 5


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_seven_days_of_three_strategies_with_every_kind_of_exit_are_recomputed_exactly(
    own_database: Database,
) -> None:
    exits = await trade(own_database, 7)
    assert {*exits} >= {*EVERY_EXIT, "resolved"}, {*EVERY_EXIT, "resolved"} - {*exits}
    assert exits["resolved"] > 0
