"""What follows from an order's last word: continuations behind its ports, and the event that tells people."""

from collections.abc import Sequence
from datetime import datetime

from db.models import Order
from db.repositories.continuations import settle_order_continuations
from db.repositories.events import add_event
from db.session import WriteSession
from domain.money import plain


async def go_on(
    session: WriteSession, order: Order, ports: Sequence[str], now: datetime, *, ended: bool = True
) -> None:
    """The order came to `ports`: what waits behind them is due now. `ended`: it comes to no other."""
    values = {
        "order_id": str(order.id),
        "order_status": order.status,
        "filled_shares": plain(order.filled_shares),
    }
    await settle_order_continuations(session, order.id, ports, values, now, ended=ended)


async def tell(
    session: WriteSession, order: Order, kind: str, message: str, *, timeline: bool = True
) -> None:
    await add_event(
        session,
        user_id=order.user_id,
        strategy_id=order.strategy_id,
        kind=kind,
        message=message,
        timeline=timeline,
        data={
            "order_id": str(order.id),
            "number": order.number,
            "market_id": order.market_id,
            "outcome": order.outcome,
            "amount": plain(order.amount),
            "status": order.status,
        },
    )
