"""Positions over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.dependencies import CurrentUser, Now, Parts
from api.keyed_request import KeyedOnce
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.positions.change_exits import change_exits, withdraw_exit
from api.positions.close_positions import Closing, close_position, close_positions
from api.positions.read_positions import list_positions, read_position
from api.positions.schemas import (
    ClosePosition,
    ClosePositions,
    ClosingView,
    ExitRequestView,
    PositionDetail,
    PositionView,
    SetExits,
)
from api.problem import Problem
from db.repositories.position_views import Which

router = APIRouter(prefix="/positions", tags=["positions"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}
Status = Annotated[Which, Query(description="open, closed or all")]


@router.get("")
async def list_all(
    parts: Parts,
    user: CurrentUser,
    strategy_id: UUID | None = None,
    status: Status = "open",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PositionView]:
    """Opened last first, of one strategy or of all, marked at the best bid of now."""
    return await list_positions(
        parts.database, parts.market_data, user.id, strategy_id, status, limit=limit, cursor=cursor
    )


@router.post("/close", status_code=202, response_model=ClosingView, responses=CONFLICT)
async def close_all(
    parts: Parts, user: CurrentUser, now: Now, once: KeyedOnce, body: ClosePositions | None = None
) -> Response:
    """Sells everything that a strategy holds, or all that you hold, until nothing is left."""
    closing = Closing(user.id, once.request_id, now, once.first_time)
    wanted = body or ClosePositions()
    return await once(202, lambda: close_positions(parts.database, parts.gateway, wanted, closing))


@router.get("/{position_id}")
async def read_one(position_id: UUID, parts: Parts, user: CurrentUser) -> PositionDetail:
    return await read_position(parts.database, parts.market_data, user.id, position_id)


@router.post("/{position_id}/close", status_code=202, response_model=ExitRequestView, responses=CONFLICT)
async def close_one(
    position_id: UUID,
    parts: Parts,
    user: CurrentUser,
    now: Now,
    once: KeyedOnce,
    body: ClosePosition | None = None,
) -> Response:
    """Asks the position's guard to sell all of it or a part."""
    closing = Closing(user.id, once.request_id, now, once.first_time)
    wanted = body or ClosePosition()
    return await once(
        202, lambda: close_position(parts.database, parts.gateway, position_id, wanted, closing)
    )


@router.put("/{position_id}/exits", responses=CONFLICT)
async def put_exits(
    position_id: UUID, body: SetExits, parts: Parts, user: CurrentUser, now: Now
) -> PositionDetail:
    """All exit rules of the position, instead of those it has. A rule that stays the same keeps its peak."""
    return await change_exits(
        parts.database, parts.market_data, parts.gateway, user.id, position_id, body, now
    )


@router.delete("/{position_id}/exit-requests/{request_id}", responses=CONFLICT)
async def take_back(
    position_id: UUID, request_id: UUID, parts: Parts, user: CurrentUser, now: Now
) -> ExitRequestView:
    """Takes back an exit whose order is not under way; the rule that asked for it is switched off."""
    return await withdraw_exit(parts.database, parts.gateway, user.id, position_id, request_id, now)
