"""Trades over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import CurrentUser, Parts
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.trades.list_trades import list_trades
from api.trades.schemas import TradeView

router = APIRouter(prefix="/strategies/{strategy_id}/trades", tags=["trades"])


@router.get("")
async def list_trades_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[TradeView]:
    """Newest first."""
    return await list_trades(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)
