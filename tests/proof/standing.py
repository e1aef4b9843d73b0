"""What the books of one user say, without ids and times: two runs of the same story must come to the same."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from scripts.check_books import differences, read_rows

Row = Mapping[str, Any]
Standing = dict[str, list[tuple[Any, ...]]]
COLUMNS = {
    "ledger_entries": ("account", "side", "amount", "kind"),
    "accounts": ("cash_amount",),
    "strategy_wallets": (
        "allocated_amount",
        "available_amount",
        "reserved_amount",
        "deployed_amount",
        "realised_pnl",
    ),
    "orders": (
        "side",
        "order_type",
        "status",
        "status_rule",
        "filled_shares",
        "filled_amount",
        "fee",
        "reserved_left",
        "settlement",
        "attempt",
    ),
    "order_fills": ("index", "price", "shares", "fee", "venue_status"),
    "positions": ("sequence", "shares", "offered_shares", "cost_amount", "realised_pnl", "close_reason"),
    "position_lots": ("shares", "cost_amount", "shares_left", "cost_left"),
    "strategy_trades": ("status", "shares", "cost", "fee", "entry_price", "exit_price", "pnl"),
}
MORE = {
    "events": "SELECT kind, timeline::text FROM strategy_events WHERE user_id = $1",
    "exit_requests": "SELECT rule, sequence, status, attempts, shares_wanted, shares_sold FROM exit_requests"
    " WHERE user_id = $1",
    "position_exits": "SELECT rule, state, sequence FROM position_exits WHERE position_id IN"
    " (SELECT id FROM positions WHERE user_id = $1)",
    "continuations": "SELECT node_id, port, status, due_at IS NOT NULL FROM strategy_continuations WHERE strategy_id IN"
    " (SELECT id FROM strategies WHERE user_id = $1)",
}


async def standing(connection: asyncpg.Connection, user: UUID) -> Standing:
    """Also makes sure that the books, computed again, agree."""
    rows = await read_rows(connection, user)
    assert differences(rows) == []
    found = {table: _sorted(rows[table], columns) for table, columns in COLUMNS.items()}
    for name, query in MORE.items():
        found[name] = _sorted(await connection.fetch(query, user), None)
    return found


def _sorted(rows: Sequence[Row], columns: Sequence[str] | None) -> list[tuple[Any, ...]]:
    chosen = [tuple(_plain(row[column]) for column in columns or row.keys()) for row in rows]
    return sorted(chosen, key=repr)


def _plain(value: Any) -> Any:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
