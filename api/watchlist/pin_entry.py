"""A person pins an entry, so that it does not expire, or lets it go again."""

from uuid import UUID

from api.problem import not_found
from api.watchlist.read_watchlist import entry_view
from api.watchlist.schemas import WatchlistEntryView
from db.repositories import watchlist_by_hand
from db.repositories.strategy_settings import lock_strategy
from db.session import Database


async def pin_entry(
    database: Database, user_id: UUID, strategy_id: UUID, entry_id: UUID, *, pinned: bool
) -> WatchlistEntryView:
    """Raises ApiProblem 404, also for an entry that was removed."""
    async with database.write() as session:
        if await lock_strategy(session, user_id, strategy_id) is None:
            raise not_found("strategy")
        entry = await watchlist_by_hand.pin_entry(session, strategy_id, entry_id, pinned=pinned)
        if entry is None:
            raise not_found("watchlist entry")
        return entry_view(entry)
