"""Limits of users and strategies as stored: what is in force, and what waits for its cooling-off period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from db.models import RiskLimit, Strategy
from db.session import ReadSession, WriteSession
from domain.risk.limits import (
    COOLING_OFF,
    Limits,
    PendingLimit,
    StrategyLimits,
    UserLimits,
    changed,
    in_force,
)


@dataclass(frozen=True)
class StoredLimits:
    """`current` is in force at the moment it was asked for."""

    current: Limits
    pending: tuple[PendingLimit, ...]


async def limits_in_force(
    session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID, now: datetime
) -> tuple[StrategyLimits, UserLimits]:
    """Of the strategy and of its user, defaults where nothing was ever set."""
    rows = await session.scalars(
        select(RiskLimit).where(
            RiskLimit.user_id == user_id,
            (RiskLimit.strategy_id == strategy_id) | RiskLimit.strategy_id.is_(None),
        )
    )
    by_strategy = {row.strategy_id: row for row in rows}
    return (
        cast(StrategyLimits, _limits(StrategyLimits, by_strategy.get(strategy_id), now).current),
        cast(UserLimits, _limits(UserLimits, by_strategy.get(None), now).current),
    )


async def read_limits(
    session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID | None, now: datetime
) -> StoredLimits:
    """Of the strategy, or of the user when there is none named."""
    row = await session.scalar(_of(user_id, strategy_id))
    return _limits(UserLimits if strategy_id is None else StrategyLimits, row, now)


async def change_limits(
    session: WriteSession, user_id: UUID, strategy_id: UUID | None, wanted: Mapping[str, Any], now: datetime
) -> StoredLimits:
    """Tighter at once, looser after the cooling-off period, which a strategy that was never started does not have.

    Raises pydantic.ValidationError.
    """
    await session.execute(
        insert(RiskLimit)
        .values(id=uuid4(), user_id=user_id, strategy_id=strategy_id)
        .on_conflict_do_nothing()
    )
    row = await session.scalar(
        _of(user_id, strategy_id).with_for_update().execution_options(populate_existing=True)
    )
    assert row is not None, "written before"
    stored = _limits(UserLimits if strategy_id is None else StrategyLimits, row, now)
    cooling_off = COOLING_OFF if await _may_trade(session, strategy_id) else timedelta(0)
    current, pending = changed(stored.current, stored.pending, wanted, now, cooling_off)
    row.limits = current.model_dump(mode="json")
    row.pending = [change.model_dump(mode="json") for change in pending]
    row.updated_at = now
    await session.flush()
    return StoredLimits(current, pending)


async def _may_trade(session: WriteSession, strategy_id: UUID | None) -> bool:
    """False for a strategy that was never started; its row is kept from being started meanwhile."""
    if strategy_id is None:
        return True
    runs = await session.scalar(select(Strategy.run_seq).where(Strategy.id == strategy_id).with_for_update())
    return bool(runs)


def _of(user_id: UUID, strategy_id: UUID | None) -> Any:
    return select(RiskLimit).where(
        RiskLimit.user_id == user_id, RiskLimit.strategy_id.is_not_distinct_from(strategy_id)
    )


def _limits(
    kind: type[StrategyLimits] | type[UserLimits], row: RiskLimit | None, now: datetime
) -> StoredLimits:
    if row is None:
        return StoredLimits(kind(), ())
    pending = tuple(PendingLimit.model_validate(change) for change in row.pending)
    waiting = tuple(change for change in pending if change.effective_at > now)
    return StoredLimits(in_force(kind, row.limits, pending, now), waiting)
