"""The watchlist over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import CurrentUser, Now, Parts
from api.watchlist.read_watchlist import read_watchlist
from api.watchlist.remove_entry import remove_entry
from api.watchlist.schemas import WatchlistView

router = APIRouter(prefix="/strategies/{strategy_id}/watchlist", tags=["watchlist"])


@router.get("")
async def list_watchlist(
    strategy_id: UUID,
    parts: Parts,
    user: CurrentUser,
    history: Annotated[bool, Query(description="removed entries too")] = False,
) -> WatchlistView:
    """Newest first."""
    return await read_watchlist(parts.database, user.id, strategy_id, history=history)


@router.delete("/{entry_id}", status_code=204)
async def remove_watchlist_entry(
    strategy_id: UUID, entry_id: UUID, parts: Parts, user: CurrentUser, now: Now
) -> None:
    await remove_entry(parts.database, parts.gateway, user.id, strategy_id, entry_id, now)
