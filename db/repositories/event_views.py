"""Events as the timeline and the live stream read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select

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


@dataclass(frozen=True)
class Behind:
    """What a stream that stopped at some number has missed."""

    events: int
    """Counted up to the limit asked for."""
    seen_at: datetime | None
    """When the last event it can have seen was written; None when that event is not kept."""


async def behind(session: ReadSession, user_id: UUID, after: int, limit: int) -> Behind:
    """The user's events behind the number `after`, at most `limit` of them."""
    missed = (
        select(StrategyEvent.id)
        .where(StrategyEvent.user_id == user_id, StrategyEvent.stream_seq > after)
        .limit(limit)
        .subquery()
    )
    seen_at = await session.scalar(
        select(StrategyEvent.created_at)
        .where(StrategyEvent.stream_seq <= after)
        .order_by(StrategyEvent.stream_seq.desc())
        .limit(1)
    )
    count = await session.scalar(select(func.count()).select_from(missed))
    return Behind(events=count or 0, seen_at=seen_at)


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


async def delete_quiet_events(session: WriteSession, before: datetime, limit: int) -> int:
    """How many published events outside the timeline were deleted, oldest first; never the newest of all, whose number
    must not be given again."""
    newest = select(func.max(StrategyEvent.stream_seq)).scalar_subquery()
    oldest = (
        select(StrategyEvent.id)
        .where(
            StrategyEvent.timeline.is_(False),
            StrategyEvent.created_at < before,
            StrategyEvent.stream_seq < newest,
        )
        .order_by(StrategyEvent.id)
        .limit(limit)
    )
    return await _delete(session, oldest)


async def first_since(session: ReadSession, moment: datetime) -> int:
    """Id of the oldest event since then, or of the newest of all when there is none: ids rise with time."""
    since = await session.scalar(
        select(StrategyEvent.id).where(StrategyEvent.created_at >= moment).order_by(StrategyEvent.id).limit(1)
    )
    return since or await session.scalar(select(func.coalesce(func.max(StrategyEvent.id), 0))) or 0


async def delete_events_before(session: WriteSession, end: int, limit: int) -> int:
    """How many of the oldest published events below the id `end` were deleted; never the newest published of all."""
    newest = select(func.max(StrategyEvent.stream_seq)).scalar_subquery()
    oldest = (
        select(StrategyEvent.id)
        .where(StrategyEvent.id < end, StrategyEvent.stream_seq < newest)
        .order_by(StrategyEvent.id)
        .limit(limit)
    )
    return await _delete(session, oldest)


async def _delete(session: WriteSession, ids: Select[int]) -> int:
    gone = await session.scalars(
        delete(StrategyEvent).where(StrategyEvent.id.in_(ids)).returning(StrategyEvent.id)
    )
    return len(gone.all())
