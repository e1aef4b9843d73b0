"""The watchlist as pages show it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from db.models import StrategyWatchlist
from db.session import ReadSession

ROWS_MAX = 2000
"""A page shows no more; a strategy's active entries are bounded by what its nodes pass."""


async def list_entries(
    session: ReadSession, strategy_id: UUID, *, history: bool
) -> Sequence[StrategyWatchlist]:
    """Newest first: the active entries, or with `history` the removed ones too."""
    query = select(StrategyWatchlist).where(StrategyWatchlist.strategy_id == strategy_id)
    if not history:
        query = query.where(StrategyWatchlist.removed_at.is_(None))
    rows = await session.scalars(
        query.order_by(StrategyWatchlist.added_at.desc(), StrategyWatchlist.id).limit(ROWS_MAX)
    )
    return list(rows)
