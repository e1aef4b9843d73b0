"""Trades as a file: the same columns in the same order for as long as this API lives; new ones come behind."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

import orjson

from api.problem import invalid_request, not_found
from db.models import StrategyTrade
from db.repositories.trade_exports import Span, count_trades, names_of, next_trades
from db.session import Database
from domain.money import plain

ExportFormat = Literal["csv", "json"]
ROWS_MAX = 100_000
PAGE = 500
COLUMNS = (
    "trade_id",
    "strategy_id",
    "strategy_name",
    "mode",
    "source",
    "execution_number",
    "node_id",
    "entry_order_id",
    "market_id",
    "token_id",
    "question",
    "outcome",
    "order_type",
    "status",
    "amount",
    "shares",
    "entry_price",
    "cost",
    "fee",
    "exit_price",
    "pnl",
    "created_at",
    "filled_at",
    "closed_at",
)
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Value = str | int | Decimal | datetime | UUID | None


async def export_trades(
    database: Database, user_id: UUID, strategy_id: UUID | None, kind: ExportFormat, span: Span
) -> AsyncIterator[bytes]:
    """The file piece by piece, by strategy and then by time. Raises ApiProblem before the first piece: 404, and 422 for more than
    ROWS_MAX rows."""
    for name, moment in (("from", span.begin), ("to", span.end)):
        if moment is not None and (moment.tzinfo is None or not 2000 <= moment.year < 3000):
            raise invalid_request(f"`{name}` is a time with a zone, such as 2026-11-23T00:00:00Z.", name)
    async with database.read() as session:
        names = await names_of(session, user_id, strategy_id)
        if strategy_id is not None and not names:
            raise not_found("strategy")
        count = await count_trades(session, list(names), span, ROWS_MAX + 1)
    if count > ROWS_MAX:
        raise invalid_request(f"These are more than {ROWS_MAX:,} trades; give `from` and `to`.", "from")
    rows = _rows(database, names, span)
    return _csv(rows) if kind == "csv" else _json(rows)


async def _rows(database: Database, names: Mapping[UUID, str], span: Span) -> AsyncIterator[dict[str, Value]]:
    for strategy_id, name in names.items():
        last: StrategyTrade | None = None
        while True:
            async with database.read() as session:
                page = await next_trades(session, strategy_id, span, last, PAGE)
            for trade in page:
                yield _row(trade, name)
            if len(page) < PAGE:
                break
            last = page[-1]


def _row(trade: StrategyTrade, strategy_name: str) -> dict[str, Value]:
    own: dict[str, Value] = {
        "trade_id": trade.id,
        "strategy_name": strategy_name,
        "execution_number": trade.number,
    }
    return {name: own[name] if name in own else getattr(trade, name) for name in COLUMNS}


async def _csv(rows: AsyncIterator[dict[str, Value]]) -> AsyncIterator[bytes]:
    yield _line(COLUMNS)
    async for row in rows:
        yield _line([_cell(row[name]) for name in COLUMNS])


async def _json(rows: AsyncIterator[dict[str, Value]]) -> AsyncIterator[bytes]:
    before = b"[\n"
    async for row in rows:
        yield before + orjson.dumps({name: _json_value(value) for name, value in row.items()})
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _line(cells: list[str] | tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _cell(value: Value) -> str:
    written = _json_value(value)
    if written is None:
        return ""
    return harmless(written) if isinstance(value, str) and isinstance(written, str) else str(written)


def harmless(text: str) -> str:
    """Text that a spreadsheet would take for a formula gets a quote in front; numbers are not text and stay as they are."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_FORMULA) else text


def _json_value(value: Value) -> str | int | None:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, UUID) else value
