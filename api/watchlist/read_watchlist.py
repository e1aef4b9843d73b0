"""The watchlist of one strategy."""

from uuid import UUID

from api.strategies.read_strategy import require_strategy
from api.watchlist.schemas import EntryVerdict, WatchlistEntryView, WatchlistView
from db.models import StrategyWatchlist
from db.repositories.watchlist_views import list_entries
from db.session import Database


def entry_view(entry: StrategyWatchlist) -> WatchlistEntryView:
    verdicts = [EntryVerdict(node_id=node_id, **said) for node_id, said in entry.verdicts.items()]
    return WatchlistEntryView(
        id=entry.id,
        market_id=entry.market_id,
        question=entry.question,
        added_at=entry.added_at,
        reason=entry.reason,
        metadata=entry.details,
        expires_at=entry.expires_at,
        pinned=entry.pinned,
        verdicts=sorted(verdicts, key=lambda verdict: (verdict.at, verdict.node_id), reverse=True),
        removed_at=entry.removed_at,
        removed_reason=entry.removed_reason,
    )


async def read_watchlist(
    database: Database, user_id: UUID, strategy_id: UUID, *, history: bool
) -> WatchlistView:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        entries = await list_entries(session, strategy_id, history=history)
    return WatchlistView(items=[entry_view(entry) for entry in entries])
