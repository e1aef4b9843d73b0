"""Trades and orders as pages show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, tuple_

from db.models import Order, StrategyTrade
from db.session import ReadSession

After = tuple[datetime, UUID] | None
"""Creation time and id of the last row of the page before."""
WhichOrders = Literal["open", "final", "all"]


async def list_trades(
    session: ReadSession, strategy_id: UUID, *, after: After, limit: int
) -> Sequence[tuple[StrategyTrade, Order]]:
    """Newest first, each with the order that opened it."""
    query = (
        select(StrategyTrade, Order)
        .join(Order, Order.id == StrategyTrade.entry_order_id)
        .where(StrategyTrade.strategy_id == strategy_id)
    )
    if after is not None:
        query = query.where(tuple_(StrategyTrade.created_at, StrategyTrade.id) < tuple_(*after))
    rows = await session.execute(
        query.order_by(StrategyTrade.created_at.desc(), StrategyTrade.id.desc()).limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def list_orders(
    session: ReadSession,
    user_id: UUID,
    strategy_id: UUID | None,
    which: WhichOrders,
    *,
    after: After,
    limit: int,
) -> Sequence[Order]:
    """Newest first, denied ones too; `open`: not final yet."""
    query = select(Order).where(Order.user_id == user_id)
    if strategy_id is not None:
        query = query.where(Order.strategy_id == strategy_id)
    if which != "all":
        query = query.where(Order.final_at.is_(None) if which == "open" else Order.final_at.is_not(None))
    if after is not None:
        query = query.where(tuple_(Order.created_at, Order.id) < tuple_(*after))
    rows = await session.scalars(query.order_by(Order.created_at.desc(), Order.id.desc()).limit(limit))
    return list(rows)
