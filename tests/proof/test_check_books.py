"""The script that computes all books again: it agrees after a busy day, and finds every number that is changed by hand."""

import asyncio
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest_asyncio

from db.repositories.allocations import rebalance, take_back
from db.repositories.order_settlement import book_sale, close_unfilled, money_of, release_rest
from db.session import Database, WriteSession
from scripts.check_books import differences, read_all
from tests.desk import Desk, fill_of, in_order, now
from tests.product import ROOT
from tests.proof.conftest import address_of

STEP = Decimal("0.000001")
NUMBERS = {
    "ledger_entries": ("amount",),
    "accounts": ("cash_amount",),
    "strategy_wallets": (
        "allocated_amount",
        "available_amount",
        "reserved_amount",
        "deployed_amount",
        "realised_pnl",
        "settling_amount",
        "shortfall_amount",
        "fees_paid",
    ),
    "orders": ("filled_shares", "filled_amount", "fee", "average_price", "reserved_left"),
    "order_fills": ("shares", "price", "fee"),
    "positions": ("shares", "cost_amount", "realised_pnl", "offered_shares"),
    "position_lots": ("shares", "cost_amount", "shares_left", "cost_left"),
    "strategy_trades": ("shares", "cost", "fee", "entry_price", "exit_price", "pnl"),
}


async def sold(desk: Desk, strategy: Any, shares: str, price: str) -> None:
    sale = await desk.sale(strategy, shares)
    assert await desk.reserve(sale) == "reserved"

    async def work(session: WriteSession, order: Any) -> None:
        assert await book_sale(session, order, fill_of(sale, shares, price), now())
        order.status, order.final_at = "filled", now()

    await in_order(desk, sale, work)


async def busy_day(desk: Desk) -> None:
    """Three strategies buy, sell with gain and loss, and give capital back; some orders are under way, some came to nothing."""
    await desk.open("10000", "500", "300", "200")
    first, second, third = desk.strategies
    for amount in ("40", "35.5", "20"):
        await desk.bought(first, amount)
    await desk.bought(first, "15", "m2")
    await desk.bought(second, "33.33")
    await sold(desk, first, "120.37", "0.55")
    await sold(desk, second, "50", "0.11")
    await sold(desk, second, str((await desk.position(second)).shares), "0.43")
    await desk.bought(second, "12")
    assert await desk.reserve(await desk.sale(second, "5.5")) == "reserved"
    dead = await desk.plan(third, "10")
    assert await desk.reserve(dead) == "reserved"
    await in_order(
        desk, dead, lambda s, o: close_unfilled(s, o, "cancelled", "no_match", "nothing there", now())
    )
    assert await desk.reserve(await desk.plan(third, "25")) == "reserved"
    assert await desk.reserve(await desk.plan(third, "5000")) == "denied"
    async with desk.database.write() as session:
        assert await rebalance(session, desk.transfer("17.5"), first, third) is None
        assert await take_back(session, desk.transfer("3.000001"), second) is None


@pytest_asyncio.fixture(loop_scope="session")
async def address(own_database: Database) -> str:
    await busy_day(Desk(own_database))
    return address_of(own_database)


def one_number_changed(rows: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All rows once per number there is, that one a millionth higher."""
    for table, columns in NUMBERS.items():
        for index, row in enumerate(rows[table]):
            for column in columns:
                if row[column] is None:
                    continue
                changed = [dict(known) for known in rows[table]]
                changed[index][column] += STEP
                yield f"{table}.{column} of row {index}", {**rows, table: changed}


async def test_the_recomputed_books_agree_after_a_busy_day_and_no_changed_number_goes_unseen(
    address: str,
) -> None:
    rows = await read_all(address)
    assert differences(rows) == []
    unseen = [name for name, changed in one_number_changed(rows) if not differences(changed)]
    assert unseen == []


async def test_a_row_that_is_missing_or_there_twice_is_found(address: str) -> None:
    rows = await read_all(address)
    for table in NUMBERS:
        for index, row in enumerate(rows[table]):
            if table == "orders" and row["status"] == "denied":
                continue  # Nothing ever hung on it.
            fewer = {**rows, table: [*rows[table][:index], *rows[table][index + 1 :]]}
            assert differences(fewer), f"row {index} of {table} is gone"
    again = {**rows["ledger_entries"][0], "id": 10**9}
    assert differences({**rows, "ledger_entries": [*rows["ledger_entries"], again]})


async def test_a_status_that_the_fills_contradict_is_found(address: str) -> None:
    rows = await read_all(address)
    for index, trade in enumerate(rows["strategy_trades"]):
        for status in {"pending", "filled", "cancelled", "settled"} - {trade["status"]}:
            if (trade["status"], status) == ("partial", "filled"):
                continue
            changed = [dict(known) for known in rows["strategy_trades"]]
            changed[index]["status"] = status
            assert differences({**rows, "strategy_trades": changed}), (trade["status"], status)


async def run_script(address: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "scripts.check_books", address, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_the_script_says_what_differs_and_ends_with_one(address: str) -> None:
    code, out = await run_script(address)
    assert (code, out.split(" (")[0]) == (0, "0 differences")
    connection = await asyncpg.connect(address)
    try:
        await connection.execute("UPDATE strategy_trades SET pnl = pnl + 0.01 WHERE pnl IS NOT NULL")
        changed = await connection.fetchval("SELECT count(*) FROM strategy_trades WHERE pnl IS NOT NULL")
        # As whoever may do anything: the trigger that keeps the ledger is off.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "INSERT INTO ledger_entries (user_id, mode, strategy_id, account, side, amount, kind, reference_id, reason,"
            " created_at) SELECT user_id, mode, strategy_id, account, side, amount, kind, $1, reason, created_at"
            " FROM ledger_entries WHERE kind = 'taken_back'",
            uuid4(),
        )
    finally:
        await connection.close()
    code, out = await run_script(address)
    assert code == 1
    assert out.count(": pnl is ") == changed
    assert "cash is" in out
    assert "available is" in out


async def test_money_of_a_sale_that_is_not_final_and_of_one_that_ended_early_is_recomputed(
    own_database: Database,
) -> None:
    desk = Desk(own_database)
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    await desk.bought(strategy, "40")
    sale = await desk.sale(strategy, "50")
    assert await desk.reserve(sale) == "reserved"
    await in_order(desk, sale, lambda s, o: book_sale(s, o, fill_of(sale, "20"), now(), final=False))
    assert differences(await read_all(address_of(own_database))) == []

    async def cancel(session: WriteSession, order: Any) -> None:
        await release_rest(session, await money_of(session, order), order, now())
        order.status, order.final_at = "cancelled", now()

    await in_order(desk, sale, cancel)
    assert differences(await read_all(address_of(own_database))) == []
