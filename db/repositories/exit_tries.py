"""What earlier tries of an exit took from the real book: nobody there knows of it, so for a while it is still shown."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from db.models import Order, OrderFill
from db.session import ReadSession
from domain.money import Price, Shares

STILL_SHOWN = timedelta(minutes=1)
"""After this, whoever bids there would have bid again."""


async def taken_lately(
    session: ReadSession, position_id: UUID, now: datetime
) -> tuple[tuple[Price, Shares], ...]:
    """Shares by price that sales of the position got within STILL_SHOWN."""
    rows = await session.execute(
        select(OrderFill.price, func.sum(OrderFill.shares))
        .join(Order, Order.id == OrderFill.order_id)
        .where(Order.position_id == position_id, OrderFill.filled_at > now - STILL_SHOWN)
        .group_by(OrderFill.price)
        .order_by(OrderFill.price)
    )
    return tuple((Price(row[0]), Shares(row[1])) for row in rows)
