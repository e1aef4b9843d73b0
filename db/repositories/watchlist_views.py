"""The watchlist as pages show it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from db.models import StrategyWatchlist
from db.session import ReadSession


async def list_entries(
    session: ReadSession,
    strategy_id: UUID,
    *,
    history: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[StrategyWatchlist]:
    """Newest first: the active entries, or with `history` the removed ones too. `after`: time of adding and id of the
    last row of the page before."""
    query = select(StrategyWatchlist).where(StrategyWatchlist.strategy_id == strategy_id)
    if not history:
        query = query.where(StrategyWatchlist.removed_at.is_(None))
    if after is not None:
        query = query.where(tuple_(StrategyWatchlist.added_at, StrategyWatchlist.id) < tuple_(*after))
    rows = await session.scalars(
        query.order_by(StrategyWatchlist.added_at.desc(), StrategyWatchlist.id.desc()).limit(limit)
    )
    return list(rows)
