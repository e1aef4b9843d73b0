"""Computes every balance, position and profit again and compares: `python -m scripts.check_books postgresql://…`.

Wallets and accounts come from the ledger's entries alone; positions, lots, fees, profits and exit prices from the fills of orders
and from how markets ended. All rows are read as of one moment. Nothing of the product is imported: rules and arithmetic are written
down here a second time. Prints a line per difference; exit code 0 when there is none, 1 when there are some.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from scripts.check_books_ledger import compare_ledger
from scripts.check_books_trades import compare_trades

Row = Mapping[str, Any]
OF_USER = "user_id = $1"
OF_STRATEGIES = "strategy_id IN (SELECT id FROM strategies WHERE user_id = $1)"
OF_ORDERS = "order_id IN (SELECT id FROM orders WHERE user_id = $1)"
OF_POSITIONS = "position_id IN (SELECT id FROM positions WHERE user_id = $1)"
TABLES = {
    "ledger_entries": ("id", OF_USER),
    "accounts": ("user_id", OF_USER),
    "strategy_wallets": ("strategy_id", OF_STRATEGIES),
    "orders": ("created_at, id", OF_USER),
    "order_fills": ("filled_at, index", OF_ORDERS),
    "positions": ("opened_at", OF_USER),
    "position_lots": ("opened_at, id", OF_POSITIONS),
    "strategy_trades": ("created_at", OF_USER),
    "market_resolutions": ("market_id", "$1::uuid IS NOT NULL"),
}
"""The order in which each is read, and which rows are a user's."""


async def read_rows(connection: asyncpg.Connection, user: UUID | None = None) -> dict[str, Sequence[Row]]:
    """All rows of all tables as of one moment; with `user` only theirs."""
    rows: dict[str, Sequence[Row]] = {}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for table, (column, mine) in TABLES.items():
            where, values = ("", ()) if user is None else (f"WHERE {mine}", (user,))
            rows[table] = await connection.fetch(f"SELECT * FROM {table} {where} ORDER BY {column}", *values)
    return rows


def differences(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Every difference between what is kept and what was recomputed, a sentence each."""
    return [
        *compare_ledger(rows["ledger_entries"], rows["accounts"], rows["strategy_wallets"]),
        *compare_trades(rows),
    ]


async def read_all(address: str, user: UUID | None = None) -> dict[str, Sequence[Row]]:
    connection = await asyncpg.connect(address)
    try:
        return await read_rows(connection, user)
    finally:
        await connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.check_books", description=__doc__)
    parser.add_argument("address", help="of the database, postgresql://…")
    parser.add_argument("--user", type=UUID, help="only the books of this user")
    options = parser.parse_args()
    rows = asyncio.run(read_all(options.address, options.user))
    found = differences(rows)
    for line in found:
        sys.stdout.write(f"{line}\n")
    counted = ", ".join(
        f"{len(rows[table])} {table}" for table in ("ledger_entries", "orders", "order_fills")
    )
    sys.stdout.write(f"{len(found)} differences ({counted}, {len(rows['positions'])} positions)\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
