"""A person cancels an order: at once while nothing of it is at the venue, otherwise its workflow does it."""

from datetime import datetime
from uuid import UUID

from api.orders.schemas import OrderView
from api.orders.view import order_view
from api.problem import conflict, not_found
from api.tell_engine import tell
from api.temporal_gateway import TemporalGateway
from db.models import ExitRequest, Order
from db.repositories.order_cancellation import request_cancel
from db.repositories.orders import lock_order
from db.repositories.position_exits import lock_for_exit
from db.session import Database, WriteSession

RULE = "user"
REASON = "cancelled by a person"
OVER = {"matched": "It has traded already.", "filled": "It is filled already."}


async def cancel_order(
    database: Database, gateway: TemporalGateway, user_id: UUID, order_id: UUID, now: datetime
) -> OrderView:
    """The order as it is then: over, or `cancel_requested_at` is set. Raises ApiProblem 404, 409 order_over."""
    async with database.write() as session:
        order = await lock_order(session, order_id)
        if order is None or order.user_id != user_id:
            raise not_found("order")
        if order.cancel_requested_at is None and order.status_rule != RULE:
            if not await request_cancel(session, order, RULE, REASON, now):
                why = OVER.get(order.status, f"It is {order.status} already.")
                raise conflict("order_over", f"The order cannot be cancelled. {why}")
            await _end_wish(session, order)
        view = order_view(order)
    await tell(gateway.order_changed(order_id), view.strategy_id)
    if view.position_id is not None:
        await tell(gateway.wake_guard(view.position_id, view.strategy_id), view.strategy_id)
    return view


async def _end_wish(session: WriteSession, order: Order) -> None:
    """Who cancels a sale does not want it to be tried again a moment later."""
    if order.position_id is None or order.exit_request_id is None:
        return
    await lock_for_exit(session, order.position_id)
    request = await session.get(ExitRequest, order.exit_request_id, populate_existing=True)
    if request is not None:
        request.persistent = False
        await session.flush()
