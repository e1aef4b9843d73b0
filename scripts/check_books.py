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

import asyncpg

from scripts.check_books_ledger import compare_ledger
from scripts.check_books_trades import compare_trades

Row = Mapping[str, Any]
TABLES = {
    "ledger_entries": "id",
    "accounts": "user_id",
    "strategy_wallets": "strategy_id",
    "orders": "created_at",
    "order_fills": "filled_at",
    "positions": "opened_at",
    "position_lots": "opened_at",
    "strategy_trades": "created_at",
    "market_resolutions": "market_id",
}
"""And the column each is read in the order of."""


async def read_rows(address: str) -> dict[str, Sequence[Row]]:
    """All rows of all tables as of one moment."""
    connection = await asyncpg.connect(address)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {
                table: await connection.fetch(f"SELECT * FROM {table} ORDER BY {column}")
                for table, column in TABLES.items()
            }
    finally:
        await connection.close()


def differences(rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Every difference between what is kept and what was recomputed, a sentence each."""
    return [
        *compare_ledger(rows["ledger_entries"], rows["accounts"], rows["strategy_wallets"]),
        *compare_trades(rows),
    ]


async def check(address: str) -> list[str]:
    return differences(await read_rows(address))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.check_books", description=__doc__)
    parser.add_argument("address", help="of the database, postgresql://…")
    rows = asyncio.run(read_rows(parser.parse_args().address))
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
