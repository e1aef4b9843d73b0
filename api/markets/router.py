"""Markets over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.decimal_text import DecimalText
from api.dependencies import CurrentUser, Parts
from api.markets.list_markets import list_markets
from api.markets.schemas import MarketList
from api.page import LIMIT_DEFAULT, Limit
from domain.market.query import MarketQuery

router = APIRouter(tags=["markets"])
TEXT_MAX = 120


@router.get("/markets")
async def list_all(
    parts: Parts,
    user: CurrentUser,
    tag: Annotated[str | None, Query(max_length=TEXT_MAX, description="category or tag")] = None,
    text: Annotated[str | None, Query(max_length=TEXT_MAX, description="words of the question")] = None,
    volume_min: Annotated[DecimalText | None, Query(ge=0, description="USDC, all time")] = None,
    limit: Limit = LIMIT_DEFAULT,
) -> MarketList:
    """Open markets, highest volume first."""
    query = MarketQuery(tag=tag or None, text=text or None, volume_min=volume_min, limit=limit)
    return await list_markets(parts.market_data, query, parts.source)
