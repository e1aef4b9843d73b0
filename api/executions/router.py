"""Executions over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from api.dependencies import CurrentUser, Parts
from api.executions.read_executions import list_executions, read_execution
from api.executions.schemas import ExecutionDetail, ExecutionView
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page

router = APIRouter(prefix="/strategies/{strategy_id}/executions", tags=["executions"])
NUMBER_MAX = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX, description="of the execution, from 1")]


@router.get("")
async def list_executions_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ExecutionView]:
    """The execution log, newest first."""
    return await list_executions(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)


@router.get("/{number}")
async def read_execution_of(
    strategy_id: UUID, number: Number, parts: Parts, user: CurrentUser
) -> ExecutionDetail:
    """Per step and node: what came in, what went out, by which rule, how long it took, what went wrong."""
    return await read_execution(parts.database, user.id, strategy_id, number)
