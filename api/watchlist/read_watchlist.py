"""The watchlist of one strategy."""

from uuid import UUID

from api.page import Page
from api.page_by_time import after_time, time_cursor
from api.strategies.read_strategy import require_strategy
from api.watchlist.schemas import EntryVerdict, WatchlistEntryView
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
    database: Database, user_id: UUID, strategy_id: UUID, *, history: bool, limit: int, cursor: str | None
) -> Page[WatchlistEntryView]:
    """Newest first. Raises ApiProblem 404."""
    after = after_time(cursor)
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        entries = await list_entries(session, strategy_id, history=history, after=after, limit=limit + 1)
    shown = entries[:limit]
    more = len(entries) > limit
    return Page(
        items=[entry_view(entry) for entry in shown],
        next_cursor=time_cursor(shown[-1].added_at, shown[-1].id) if more else None,
    )
