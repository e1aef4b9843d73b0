"""Cancelling an order: at once while nothing of it is at the venue, otherwise its workflow carries it out."""

from datetime import datetime

from db.models import Order
from db.repositories.order_settlement import finish
from db.session import WriteSession

BEFORE_THE_VENUE = ("planned", "reserved", "signing", "signed")
AT_THE_VENUE = ("posting", "unknown", "live")


async def request_cancel(session: WriteSession, order: Order, rule: str, reason: str, now: datetime) -> bool:
    """`order` locked by `lock_order`. True: it is over now, or will be when its workflow has asked the venue.

    False: it is final, or matched already, and nothing was changed. Asked again, it changes nothing. After the commit,
    whoever asked wakes the order's workflow.
    """
    if order.final_at is not None or order.status not in BEFORE_THE_VENUE + AT_THE_VENUE:
        return False
    if order.status in BEFORE_THE_VENUE:
        await finish(session, order, "cancelled", now, rule=rule, reason=reason)
        return True
    if order.cancel_requested_at is None:
        order.cancel_requested_at, order.cancel_rule, order.cancel_reason = now, rule, reason
        order.updated_at = now
        await session.flush()
    return True
