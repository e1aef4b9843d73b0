"""The watchlist over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import CurrentUser, Now, Parts
from api.page import LIMIT_DEFAULT, Cursor, Limit, Page
from api.problem import Problem
from api.watchlist.add_entry import add_entry
from api.watchlist.pin_entry import pin_entry
from api.watchlist.read_watchlist import read_watchlist
from api.watchlist.remove_entry import remove_entry
from api.watchlist.schemas import AddEntry, EditEntry, WatchlistEntryView

router = APIRouter(prefix="/strategies/{strategy_id}/watchlist", tags=["watchlist"])
CONFLICT: dict[int | str, dict[str, Any]] = {409: {"model": Problem}}


@router.get("")
async def list_watchlist(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    history: Annotated[bool, Query(description="removed entries too")] = False,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[WatchlistEntryView]:
    """Newest first."""
    return await read_watchlist(
        parts.database, user.id, strategy_id, history=history, limit=limit, cursor=cursor
    )


@router.post("", status_code=201, responses=CONFLICT)
async def add_watchlist_entry(
    strategy_id: UUID, body: AddEntry, parts: Parts, user: CurrentUser, now: Now
) -> WatchlistEntryView:
    """Adds an open market by hand, with what the venue says of it now."""
    return await add_entry(parts, user.id, strategy_id, body, now)


@router.patch("/{entry_id}")
async def edit_watchlist_entry(
    strategy_id: UUID, entry_id: UUID, body: EditEntry, parts: Parts, user: CurrentUser
) -> WatchlistEntryView:
    """Pins an entry or unpins it."""
    return await pin_entry(parts.database, user.id, strategy_id, entry_id, pinned=body.pinned)


@router.delete("/{entry_id}", status_code=204)
async def remove_watchlist_entry(
    strategy_id: UUID, entry_id: UUID, parts: Parts, user: CurrentUser, now: Now
) -> None:
    await remove_entry(parts.database, parts.gateway, user.id, strategy_id, entry_id, now)
