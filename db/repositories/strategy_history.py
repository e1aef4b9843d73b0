"""What a strategy wrote over its life, deleted piece by piece before the strategy itself: it may be millions of rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from db.session import WriteSession

Place = int | datetime

# Each piece is read along an index from where the last one ended, not through rows that were just deleted. The
# active watchlist is bounded, money is to be whole until the end: both go with the strategy.
ROWS = "SELECT ctid FROM {table} WHERE strategy_id = :strategy {more} ORDER BY {place} LIMIT :limit"
DELETE = "DELETE FROM {table} WHERE ctid = ANY(ARRAY({rows})) RETURNING {place}"
DETACH = "UPDATE {table} SET strategy_id = NULL, timeline = false WHERE ctid = ANY(ARRAY({rows})) RETURNING {place}"
PARTS = {
    "strategy_executions": ("number", DELETE, ""),
    "strategy_continuations": ("number", DELETE, ""),
    "strategy_watchlists": ("added_at", DELETE, "AND removed_at IS NOT NULL"),
    # Detached as `strategy_settings.delete_strategy` does, which says why.
    "strategy_events": ("id", DETACH, ""),
}
"""By table: what its index is sorted by, what is done, and to which rows only."""


async def delete_piece(
    session: WriteSession, part: str, strategy_id: UUID, since: Place | None, limit: int
) -> Place | None:
    """The oldest `limit` rows of one of PARTS; from where to go on, None when there are no more."""
    place, what, only = PARTS[part]
    more = only if since is None else f"{only} AND {place} >= :since"
    rows = ROWS.format(table=part, more=more, place=place)
    values: dict[str, object] = {"strategy": strategy_id, "limit": limit}
    if since is not None:
        values["since"] = since
    gone = await session.scalars(text(what.format(table=part, rows=rows, place=place)), values)
    places: list[Place] = list(gone)
    return max(places) if len(places) == limit else None
