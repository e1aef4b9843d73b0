"""Writing events. They reach pages after commit, through the publisher (api/event_stream)."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from db.models import StrategyEvent
from db.session import WriteSession

CHANNEL = "cascadian_events"
"""NOTIFY channel that wakes the publisher."""


async def add_event(
    session: WriteSession,
    *,
    user_id: UUID,
    strategy_id: UUID | None,
    kind: str,
    message: str,
    data: dict[str, Any] | None = None,
    timeline: bool = True,
) -> None:
    """One event, part of the caller's transaction."""
    await add_events(
        session,
        [
            {
                "user_id": user_id,
                "strategy_id": strategy_id,
                "kind": kind,
                "message": message,
                "data": data or {},
                "timeline": timeline,
            }
        ],
    )


async def add_events(session: WriteSession, events: list[dict[str, Any]]) -> None:
    """Several events at once, in the given order, each with the keys of `add_event`."""
    if not events:
        return
    written = insert(StrategyEvent).values(events).cte("written")
    await session.execute(select(func.pg_notify(CHANNEL, "")).add_cte(written))
