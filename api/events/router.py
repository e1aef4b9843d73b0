"""The activity timeline over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import CurrentUser, Parts
from api.events.list_events import list_events
from api.events.schemas import EventView
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page

router = APIRouter(prefix="/strategies/{strategy_id}/events", tags=["events"])


@router.get("")
async def list_events_of(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[EventView]:
    """The timeline, newest first; without the quiet events that only refresh pages."""
    return await list_events(parts.database, user.id, strategy_id, limit=limit, cursor=cursor)
