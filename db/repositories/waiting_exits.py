"""Exit requests that wait for a bid, and making them due before their time."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select, update

from db.models import ExitRequest, Order, Position
from db.session import ReadSession, WriteSession

PAUSE_LEAST = timedelta(seconds=5)
"""A bid that is gone before it is met must not make orders without end."""


NO_MATCH = "no_match"
"""What the venue says of a market order that met nothing."""


class WaitingExit(NamedTuple):
    request_id: UUID
    position_id: UUID
    strategy_id: UUID
    token_id: str
    floor: Decimal | None


async def waiting_exits(session: ReadSession, source: str) -> list[WaitingExit]:
    """The book gave nothing more to the market orders of these, and their next try is not due yet. What another thing kept
    from being sold is not helped by a bid."""
    rows = await session.execute(
        select(
            ExitRequest.id,
            ExitRequest.position_id,
            ExitRequest.strategy_id,
            Position.token_id,
            ExitRequest.price_floor,
        )
        .join(Position, Position.id == ExitRequest.position_id)
        .outerjoin(Order, Order.id == ExitRequest.order_id)
        .where(
            or_(Order.id.is_(None), Order.filled_shares > 0, Order.status_rule == NO_MATCH),
            ExitRequest.done_at.is_(None),
            ExitRequest.status == "pending",
            ExitRequest.attempts > 0,
            ExitRequest.order_type == "market",
            ExitRequest.next_attempt_at.is_not(None),
            Position.source == source,
        )
    )
    return [WaitingExit(*row) for row in rows]


async def hurry(session: WriteSession, request_id: UUID, now: datetime) -> bool:
    """Due at once, unless it was tried a moment ago or waits no more. The guard must be woken after the commit."""
    hurried = await session.scalar(
        update(ExitRequest)
        .where(
            ExitRequest.id == request_id,
            ExitRequest.status == "pending",
            ExitRequest.next_attempt_at > now,
            ExitRequest.updated_at <= now - PAUSE_LEAST,
        )
        .values(next_attempt_at=now)
        .returning(ExitRequest.id)
    )
    return hurried is not None
