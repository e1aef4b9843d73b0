"""Withdrawals over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import CurrentUser, Now, Parts
from api.keyed_request import KeyedOnce
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.problem import Problem
from api.withdrawals.begin_withdrawal import Beginning, begin_withdrawal
from api.withdrawals.cancel_withdrawal import cancel_withdrawal
from api.withdrawals.read_withdrawals import list_withdrawals, read_withdrawal
from api.withdrawals.schemas import BeginWithdrawal, WithdrawalView

router = APIRouter(tags=["withdrawals"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}


@router.post(
    "/strategies/{strategy_id}/withdrawals",
    status_code=202,
    response_model=WithdrawalView,
    responses=CONFLICT,
)
async def begin(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    now: Now,
    once: KeyedOnce,
    body: BeginWithdrawal | None = None,
) -> Response:
    """Stops the strategy, sells all it holds, and gives back everything as it becomes free."""
    wanted = body or BeginWithdrawal()
    beginning = Beginning(user.id, strategy_id, once.new_id("withdrawal"), wanted.give_up_after_hours, now)
    return await once(202, lambda: begin_withdrawal(parts.database, parts.gateway, beginning))


@router.get("/withdrawals")
async def list_all(
    parts: Parts,
    user: CurrentUser,
    strategy_id: UUID | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[WithdrawalView]:
    """Newest first, of one strategy or of all."""
    return await list_withdrawals(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)


@router.get("/withdrawals/{withdrawal_id}")
async def read(withdrawal_id: UUID, parts: Parts, user: CurrentUser) -> WithdrawalView:
    return await read_withdrawal(parts.database, user.id, withdrawal_id)


@router.post("/withdrawals/{withdrawal_id}/cancel")
async def cancel(withdrawal_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> WithdrawalView:
    """Ends it with what it has; one that is over is answered as it is. The strategy stays stopped, its positions guarded."""
    return await cancel_withdrawal(parts.database, parts.gateway, user.id, withdrawal_id, now)
