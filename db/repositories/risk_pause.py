"""A rule pauses a strategy: entries and executions wait for a person, exits go on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from db.models import Position, Strategy
from db.repositories.accounts import Owner
from db.repositories.events import add_event
from db.repositories.strategy_settings import lock_row
from db.session import ReadSession, WriteSession


async def pause_for_loss(session: WriteSession, strategy_id: UUID, reason: str, now: datetime) -> bool:
    """The desired state becomes paused, once; False when it does not run. The engine is told by whoever can, or learns it
    from the books at its next execution."""
    strategy = await lock_row(session, strategy_id)
    if strategy is None or strategy.desired_state != "running":
        return False
    strategy.desired_state = "paused"
    strategy.pause_reason = reason
    strategy.updated_at = strategy.last_activity_at = now
    await session.flush()
    await add_event(
        session,
        user_id=strategy.user_id,
        strategy_id=strategy_id,
        kind="daily_loss_limit",
        message=f"Paused, no entries until tomorrow: {reason}",
        data={"reason": reason},
    )
    return True


async def running_holders(session: ReadSession) -> dict[Owner, list[UUID]]:
    """Running strategies that hold something, by whose they are."""
    rows = await session.execute(
        select(Strategy.user_id, Strategy.mode, Strategy.id)
        .join(Position, Position.strategy_id == Strategy.id)
        .where(Strategy.desired_state == "running", Position.closed_at.is_(None))
        .distinct()
        .order_by(Strategy.id)
    )
    found: dict[Owner, list[UUID]] = {}
    for row in rows:
        found.setdefault(Owner(row[0], row[1]), []).append(row[2])
    return found
