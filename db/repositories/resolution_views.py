"""How the markets stand in which a user has or had positions, or has orders under way."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_, union

from db.models import MarketResolution, Order, Position, Strategy
from db.session import ReadSession

After = tuple[datetime, str, str] | None
"""Time of the last change, market and source of the last row of the page before."""


async def list_resolutions(
    session: ReadSession, user_id: UUID, *, market_id: str | None, after: After, limit: int
) -> Sequence[MarketResolution]:
    """Last changed first."""
    involved = union(
        select(Position.market_id, Position.source)
        .join(Strategy, Strategy.id == Position.strategy_id)
        .where(Strategy.user_id == user_id),
        select(Order.market_id, Order.source).where(Order.user_id == user_id, Order.final_at.is_(None)),
    ).subquery()
    query = select(MarketResolution).join(
        involved,
        (MarketResolution.market_id == involved.c.market_id) & (MarketResolution.source == involved.c.source),
    )
    key = tuple_(MarketResolution.changed_at, MarketResolution.market_id, MarketResolution.source)
    if market_id is not None:
        query = query.where(MarketResolution.market_id == market_id)
    if after is not None:
        query = query.where(key < tuple_(*after))
    rows = await session.scalars(
        query.order_by(
            MarketResolution.changed_at.desc(),
            MarketResolution.market_id.desc(),
            MarketResolution.source.desc(),
        ).limit(limit)
    )
    return list(rows)
