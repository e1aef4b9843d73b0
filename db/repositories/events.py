"""Writing events. They reach pages after commit, through the publisher (api/event_stream)."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from db.json_text import json_text
from db.session import WriteSession

CHANNEL = "cascadian_events"
"""NOTIFY channel that wakes the publisher."""

# One statement for any number of rows, so that it is compiled and prepared once.
ADD = text(
    f"""
    WITH written AS (
      INSERT INTO strategy_events (user_id, strategy_id, kind, message, data, timeline)
      SELECT event.user_id, event.strategy_id, event.kind, event.message, event.data, event.timeline
      FROM ROWS FROM (
        jsonb_to_recordset(CAST(:events AS jsonb))
        AS (user_id uuid, strategy_id uuid, kind text, message text, data jsonb, timeline boolean)
      ) WITH ORDINALITY AS event (user_id, strategy_id, kind, message, data, timeline, place)
      ORDER BY event.place
    )
    SELECT pg_notify('{CHANNEL}', '')
    """
)


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
    if events:
        await session.execute(ADD, {"events": json_text(events)})
