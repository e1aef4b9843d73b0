"""What happened with one strategy."""

from uuid import UUID

from api.events.schemas import EventView
from api.page import Page, bad_cursor, decode_cursor, encode_cursor
from api.strategies.read_strategy import require_strategy
from db.repositories import event_views
from db.session import Database

ID_MAX = 2**63 - 1


async def list_events(
    database: Database, user_id: UUID, strategy_id: UUID, *, limit: int, cursor: str | None
) -> Page[EventView]:
    """The timeline, newest first. Raises ApiProblem 404."""
    key = decode_cursor(cursor, 1)
    if key is not None and not key[0].isdecimal():
        raise bad_cursor()
    before = min(int(key[0]), ID_MAX) if key is not None else None
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        events = await event_views.list_events(session, strategy_id, before=before, limit=limit + 1)
    shown = events[:limit]
    return Page(
        items=[
            EventView(
                id=event.id,
                kind=event.kind,
                message=event.message,
                data=event.data,
                created_at=event.created_at,
            )
            for event in shown
        ],
        next_cursor=encode_cursor(shown[-1].id) if len(events) > limit else None,
    )
