"""Events as the timeline and the live stream read them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from db.models import StrategyEvent
from db.session import ReadSession, WriteSession


async def list_events(
    session: ReadSession, strategy_id: UUID, *, before: int | None, limit: int
) -> Sequence[StrategyEvent]:
    """The strategy's timeline, newest first, with ids below `before`."""
    query = select(StrategyEvent).where(StrategyEvent.strategy_id == strategy_id, StrategyEvent.timeline)
    if before is not None:
        query = query.where(StrategyEvent.id < before)
    return list(await session.scalars(query.order_by(StrategyEvent.id.desc()).limit(limit)))


async def last_stream_seq(session: ReadSession) -> int:
    """The newest published number of all users; 0 before the first."""
    return await session.scalar(select(func.coalesce(func.max(StrategyEvent.stream_seq), 0))) or 0


async def stream_events(
    session: ReadSession, user_id: UUID, after: int, limit: int
) -> Sequence[StrategyEvent]:
    """Published events of one user behind the number `after`, in stream order."""
    rows = await session.scalars(
        select(StrategyEvent)
        .where(StrategyEvent.user_id == user_id, StrategyEvent.stream_seq > after)
        .order_by(StrategyEvent.stream_seq)
        .limit(limit)
    )
    return list(rows)


async def delete_quiet_events(session: WriteSession, before: datetime) -> None:
    """Published events outside the timeline; never the newest of all, whose number must not be given again."""
    newest = select(func.max(StrategyEvent.stream_seq)).scalar_subquery()
    await session.execute(
        delete(StrategyEvent).where(
            StrategyEvent.timeline.is_(False),
            StrategyEvent.created_at < before,
            StrategyEvent.stream_seq < newest,
        )
    )
