"""A sale failed on the chain: its shares are held again, so what wanted to sell them wants it again."""

from datetime import datetime

from sqlalchemy import update

from db.models import ExitRequest, Order, Position, PositionExit
from db.repositories.exit_orders import sold_by
from db.repositories.position_exits import notify
from db.session import WriteSession


async def revive_exits(session: WriteSession, order: Order, position: Position, now: datetime) -> None:
    """`position`: locked, and open again. A request that tries until it is done is not done any more, and rules that only the
    closing had switched off watch again. The guard is started by the next round over all open positions.
    """
    if position.closed_at is not None:
        return
    if position.id == order.position_id and order.exit_request_id is not None:
        request = await session.get(ExitRequest, order.exit_request_id, populate_existing=True)
        if request is not None:
            request.shares_sold = await sold_by(session, request.id)
            if request.status == "done":
                request.failure, request.updated_at = "its sale failed on the chain", now
                request.status = "pending" if request.persistent else "failed"
                request.done_at = None if request.persistent else now
                request.next_attempt_at = now if request.persistent else None
    await session.execute(
        update(PositionExit)
        .where(
            PositionExit.position_id == position.id,
            PositionExit.state == "off",
            PositionExit.sequence == 0,
        )
        .values(state="armed", updated_at=now)
    )
    await session.flush()
    await notify(session, position)
