"""What a venue answered, written into the books: fills first, then where the order stands. Needs `lock_order`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from db.models import Order, OrderFill
from db.repositories.order_fills import Fill, book_fills
from db.repositories.order_outcome import go_on, tell
from db.repositories.order_settlement import finish
from db.session import WriteSession
from domain.money import plain
from domain.orders.venue_order import VenueAnswer, VenueFill

LESS = "the book had less than was asked for"


async def take_answer(
    session: WriteSession, order: Order, answer: VenueAnswer, now: datetime, *, confirmed: bool = True
) -> None:
    """The facts of the venue are booked whatever else is true; told again, they change nothing.

    `confirmed` False: the fills may still fail, and what a sale brought is settling.
    """
    if answer.venue_order_id is not None:
        order.venue_order_id = answer.venue_order_id
    if answer.book is not None:
        order.book = answer.book
    if answer.resting is not None:
        order.resting = answer.resting.model_dump(mode="json")
    order.updated_at = now
    if answer.fills:
        fills = await _numbered(session, order, answer.fills)
        if await book_fills(session, order, fills, now, final=confirmed) and answer.status == "live":
            await _tell_part(session, order)
    if answer.status == "matched":
        order.status, order.status_reason = "matched", None if answer.complete else LESS
    elif answer.status == "live":
        await _rests(session, order, now)
    elif answer.status == "unknown":
        order.status, order.status_reason = "unknown", answer.reason or "sent, and the answer is not known"
    elif answer.status in ("cancelled", "rejected"):
        rule = order.cancel_rule if answer.rule is None else answer.rule
        reason = order.cancel_reason if answer.reason is None else answer.reason
        await finish(session, order, answer.status, now, rule=rule, reason=reason)
    await session.flush()


async def _rests(session: WriteSession, order: Order, now: datetime) -> None:
    if order.status == "live":
        return
    order.status, order.status_reason = "live", None
    await session.flush()
    await go_on(session, order, ("placed",), now, ended=False)
    verb = "buy" if order.side == "BUY" else "sell"
    price = plain(order.limit_price) if order.limit_price is not None else "?"
    message = f"Order to {verb} {order.outcome.upper()} in “{order.question}” waits at {price}"
    await tell(session, order, "order_live", message)


async def _tell_part(session: WriteSession, order: Order) -> None:
    """Pages look again; the timeline tells the end."""
    verb = "bought" if order.side == "BUY" else "sold"
    got, wanted = plain(order.filled_shares), plain(order.shares) if order.shares is not None else "?"
    message = f"{got} of {wanted} {order.outcome.upper()} {verb} in “{order.question}”"
    await tell(session, order, "order_partly_filled", message, timeline=False)


async def _numbered(session: WriteSession, order: Order, fills: Sequence[VenueFill]) -> list[Fill]:
    before = await session.scalar(select(func.count()).where(OrderFill.order_id == order.id)) or 0
    return [
        Fill(
            venue_trade_id=fill.trade_id or f"{order.id}-{before + place}",
            index=before + place,
            price=fill.price,
            shares=fill.shares,
            amount=fill.amount,
            fee=fill.fee,
        )
        for place, fill in enumerate(fills)
    ]
