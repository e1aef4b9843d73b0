"""Resolutions over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import CurrentUser, Parts
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.resolutions.list_resolutions import list_resolutions
from api.resolutions.schemas import ResolutionView

router = APIRouter(prefix="/resolutions", tags=["resolutions"])
ID_MAX = 120

MarketId = Annotated[
    str | None, Query(max_length=ID_MAX, pattern=r"^[A-Za-z0-9_-]+$", description="only this market")
]


@router.get("")
async def list_of_user(
    parts: Parts,
    user: CurrentUser,
    market_id: MarketId = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ResolutionView]:
    """How the markets stand that the user's strategies hold or held, or have orders in; last changed first."""
    return await list_resolutions(parts.database, user.id, market_id=market_id, limit=limit, cursor=cursor)
