"""The watchlist of one strategy."""

from uuid import UUID

from api.strategies.read_strategy import require_strategy
from api.watchlist.schemas import WatchlistEntryView, WatchlistView
from db.repositories.watchlist_views import list_entries
from db.session import Database


async def read_watchlist(
    database: Database, user_id: UUID, strategy_id: UUID, *, history: bool
) -> WatchlistView:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        entries = await list_entries(session, strategy_id, history=history)
    return WatchlistView(
        items=[
            WatchlistEntryView(
                id=entry.id,
                market_id=entry.market_id,
                question=entry.question,
                added_at=entry.added_at,
                reason=entry.reason,
                metadata=entry.details,
                removed_at=entry.removed_at,
                removed_reason=entry.removed_reason,
            )
            for entry in entries
        ]
    )
