"""Ends the orders that the trading state does not allow: discarded before the venue, cancelled at it, asked once each."""

from datetime import datetime
from uuid import UUID

from api.tell_engine import Heard, tell
from api.temporal_gateway import TemporalGateway
from db.repositories import trading_states
from db.repositories.order_cancellation import request_cancel
from db.repositories.orders import lock_order
from db.session import Database
from domain.risk.trading_state import allows

RULE = "trading_state"


async def end_forbidden(database: Database, gateway: TemporalGateway, user_id: UUID, now: datetime) -> int:
    """Each in a transaction of its own, under the locks that orders take; how many were over at once."""
    async with database.read() as session:
        row = await trading_states.read_state(session, user_id)
        if row is None:
            return 0
        waiting = await trading_states.orders_to_cancel(session, user_id, trading_states.standing_of(row))
    ended = 0
    told = Heard.YES
    for order_id in waiting:
        async with database.write() as session:
            standing = await trading_states.hold_state(session, user_id)
            order = await lock_order(session, order_id)
            if order is None or order.final_at is not None or order.cancel_requested_at is not None:
                continue
            if allows(standing.state, order.side, standing.exits):
                continue
            await request_cancel(session, order, RULE, f"trading is {standing.state}", now)
            ended += int(order.final_at is not None)
            strategy_id = order.strategy_id
        if told is not Heard.UNREACHABLE:
            told = await tell(gateway.order_changed(order_id), strategy_id)
    return ended
