"""Orders over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.dependencies import CurrentUser, Now, Parts
from api.keyed_request import KeyedOnce
from api.orders.cancel_order import cancel_order
from api.orders.list_orders import list_orders
from api.orders.schemas import OrderView
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.problem import Problem
from db.repositories.trade_views import WhichOrders

router = APIRouter(tags=["orders"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}
Status = Annotated[WhichOrders, Query(description="open: not final yet; final; all")]


@router.get("/strategies/{strategy_id}/orders")
async def list_orders_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    status: Status = "all",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[OrderView]:
    """Newest first, denied ones too."""
    return await list_orders(parts.database, user.id, strategy_id, status, limit=limit, cursor=cursor)


@router.get("/orders")
async def list_all(
    parts: Parts,
    user: CurrentUser,
    strategy_id: UUID | None = None,
    status: Status = "all",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[OrderView]:
    """Newest first, of one strategy or of all, denied ones too."""
    return await list_orders(parts.database, user.id, strategy_id, status, limit=limit, cursor=cursor)


@router.post("/orders/{order_id}/cancel", status_code=202, response_model=OrderView, responses=CONFLICT)
async def cancel(order_id: UUID, parts: Parts, user: CurrentUser, now: Now, once: KeyedOnce) -> Response:
    """Ends the order: at once while nothing of it is at the venue, otherwise as soon as the venue says so. What a sale was
    asked for by is not tried again."""
    return await once(202, lambda: cancel_order(parts.database, parts.gateway, user.id, order_id, now))
