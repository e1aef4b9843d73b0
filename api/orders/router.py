"""Orders over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import CurrentUser, Parts
from api.orders.list_orders import list_orders
from api.orders.schemas import OrderView
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page

router = APIRouter(prefix="/strategies/{strategy_id}/orders", tags=["orders"])


@router.get("")
async def list_orders_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[OrderView]:
    """Newest first, denied ones too."""
    return await list_orders(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)
