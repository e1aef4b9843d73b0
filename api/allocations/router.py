"""Allocations over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.allocations.change_allocations import Moving, change_allocation, rebalance
from api.allocations.read_allocations import read_allocations, read_ledger
from api.allocations.schemas import AllocationsView, ChangeAllocation, LedgerMoveView, Mode, Rebalance
from api.dependencies import CurrentUser, Now, Parts
from api.keyed_request import KeyedOnce
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.problem import Problem

router = APIRouter(tags=["allocations"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}


@router.get("/allocations")
async def list_allocations(
    parts: Parts, user: CurrentUser, now: Now, mode: Mode = "paper"
) -> AllocationsView:
    """The account and what every strategy has of it."""
    return await read_allocations(parts.database, user.id, mode, parts.paper_balance, now)


@router.post("/allocations/rebalances", response_model=AllocationsView, responses=CONFLICT)
async def move_between(
    body: Rebalance, parts: Parts, user: CurrentUser, now: Now, once: KeyedOnce
) -> Response:
    """Moves available capital from one strategy to another, in one step."""
    moving = Moving(user_id=user.id, reference=once.new_id("rebalance"), now=now)
    return await once(200, lambda: rebalance(parts.database, moving, body))


@router.post("/strategies/{strategy_id}/allocation", response_model=AllocationsView, responses=CONFLICT)
async def change(
    strategy_id: UUID, body: ChangeAllocation, parts: Parts, user: CurrentUser, now: Now, once: KeyedOnce
) -> Response:
    """Gives a strategy more, or takes back what it has free."""
    moving = Moving(user_id=user.id, reference=once.new_id("allocation"), now=now)
    return await once(200, lambda: change_allocation(parts.database, moving, strategy_id, body))


@router.get("/ledger")
async def ledger(
    parts: Parts, user: CurrentUser, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[LedgerMoveView]:
    """Every move of the user's money, newest first."""
    return await read_ledger(parts.database, user.id, None, limit=limit, cursor=cursor)


@router.get("/strategies/{strategy_id}/ledger")
async def ledger_of(
    strategy_id: UUID, parts: Parts, user: CurrentUser, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[LedgerMoveView]:
    """Every move of the strategy's money, newest first."""
    return await read_ledger(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)
