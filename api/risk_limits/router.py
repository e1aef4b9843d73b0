"""Risk limits over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import CurrentUser, Now, Parts
from api.risk_limits.change_limits import change_limits, read_limits, values_of
from api.risk_limits.schemas import (
    ChangeStrategyLimits,
    ChangeUserLimits,
    StrategyLimitsView,
    UserLimitsView,
)
from domain.risk.limits import StrategyLimits, UserLimits

router = APIRouter(tags=["risk_limits"])


@router.get("/risk-limits")
async def read_users(parts: Parts, user: CurrentUser, now: Now) -> UserLimitsView:
    """Limits over all strategies of the user."""
    stored = await read_limits(parts.database, user.id, None, now)
    return UserLimitsView.model_validate(values_of(stored, UserLimits))


@router.patch("/risk-limits")
async def change_users(body: ChangeUserLimits, parts: Parts, user: CurrentUser, now: Now) -> UserLimitsView:
    """Tighter at once, looser after the cooling-off period."""
    stored = await change_limits(parts.database, user.id, None, body, now)
    return UserLimitsView.model_validate(values_of(stored, UserLimits))


@router.get("/strategies/{strategy_id}/risk-limits")
async def read_strategys(strategy_id: UUID, parts: Parts, user: CurrentUser, now: Now) -> StrategyLimitsView:
    """Limits of one strategy."""
    stored = await read_limits(parts.database, user.id, strategy_id, now)
    return StrategyLimitsView.model_validate(values_of(stored, StrategyLimits))


@router.patch("/strategies/{strategy_id}/risk-limits")
async def change_strategys(
    strategy_id: UUID, body: ChangeStrategyLimits, parts: Parts, user: CurrentUser, now: Now
) -> StrategyLimitsView:
    """Tighter at once, looser after the cooling-off period."""
    stored = await change_limits(parts.database, user.id, strategy_id, body, now)
    return StrategyLimitsView.model_validate(values_of(stored, StrategyLimits))
