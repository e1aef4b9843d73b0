"""Profit and loss, and equity over time."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.allocations.schemas import Mode
from api.dependencies import CurrentUser, Now, Parts
from api.pnl.read_equity import read_account_equity, read_strategy_equity, span_of
from api.pnl.read_pnl import read_account_pnl, read_strategy_pnl
from api.pnl.schemas import AccountPnlView, EquityResolution, EquityView, StrategyPnlView

router = APIRouter(tags=["pnl"])

Begin = Annotated[datetime | None, Query(alias="from", description="30 days before `to` unless told")]
End = Annotated[datetime | None, Query(alias="to", description="now unless told")]
Resolution = Annotated[
    EquityResolution | None, Query(description="the last point of each; unless told, what suits the span")
]


@router.get("/pnl")
async def of_account(parts: Parts, user: CurrentUser, now: Now, mode: Mode = "paper") -> AccountPnlView:
    """Of all strategies and the cash of one mode."""
    return await read_account_pnl(parts.database, parts.market_data, user.id, mode, now)


@router.get("/equity")
async def equity_of_account(
    parts: Parts,
    user: CurrentUser,
    now: Now,
    mode: Mode = "paper",
    begin: Begin = None,
    end: End = None,
    resolution: Resolution = None,
) -> EquityView:
    """The account's curve; at most 5,000 points, the newest."""
    span = span_of(begin, end, now)
    return await read_account_equity(parts.database, user.id, mode, span, resolution, now)


@router.get("/strategies/{strategy_id}/pnl")
async def of_strategy(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> StrategyPnlView:
    """With every open position and what it would bring now."""
    return await read_strategy_pnl(parts.database, parts.market_data, user.id, strategy_id, now)


@router.get("/strategies/{strategy_id}/equity")
async def equity_of_strategy(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    now: Now,
    begin: Begin = None,
    end: End = None,
    resolution: Resolution = None,
) -> EquityView:
    """The strategy's curve; at most 5,000 points, the newest."""
    span = span_of(begin, end, now)
    return await read_strategy_equity(parts.database, user.id, strategy_id, span, resolution, now)
