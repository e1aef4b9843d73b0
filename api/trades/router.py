"""Trades over HTTP."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.dependencies import CurrentUser, Now, Parts
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.trades.export_trades import ExportFormat, export_trades
from api.trades.list_trades import list_trades
from api.trades.schemas import TradeView
from db.repositories.trade_exports import Span

router = APIRouter(tags=["trades"])

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the file",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
        },
    }
}
Format = Annotated[ExportFormat, Query(alias="format")]
Begin = Annotated[datetime | None, Query(alias="from", description="trades made from then on")]
End = Annotated[datetime | None, Query(alias="to", description="trades made before then")]


@router.get("/strategies/{strategy_id}/trades")
async def list_trades_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[TradeView]:
    """Newest first."""
    return await list_trades(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)


@router.get("/strategies/{strategy_id}/trades/export", response_class=StreamingResponse, responses=FILE)
async def export_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    now: Now,
    kind: Format = "csv",
    begin: Begin = None,
    end: End = None,
) -> StreamingResponse:
    """All trades of the strategy as a file, oldest first; at most 100,000."""
    pieces = await export_trades(parts.database, user.id, strategy_id, kind, Span(begin, end))
    return _file(pieces, kind, f"trades-{strategy_id}-{now:%Y-%m-%d}")


@router.get("/trades/export", response_class=StreamingResponse, responses=FILE)
async def export_all(
    parts: Parts, user: CurrentUser, now: Now, kind: Format = "csv", begin: Begin = None, end: End = None
) -> StreamingResponse:
    """All trades of all strategies as a file, by strategy and then oldest first; at most 100,000."""
    pieces = await export_trades(parts.database, user.id, None, kind, Span(begin, end))
    return _file(pieces, kind, f"trades-{now:%Y-%m-%d}")


def _file(pieces: AsyncIterator[bytes], kind: ExportFormat, name: str) -> StreamingResponse:
    return StreamingResponse(
        pieces,
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "no-store",
        },
    )
