"""What the chain makes of a fill: it is confirmed and final, or it fails and everything it did is taken back.

Facts of the venue are always booked. What cannot be taken back any more becomes a shortfall (docs/money.md).
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from db.models import Order, OrderFill
from db.repositories.accounts import book
from db.repositories.ledger_entries import moves_of
from db.repositories.order_fills import money_of
from db.repositories.order_outcome import tell
from db.repositories.purchase_reversal import reverse_purchase
from db.repositories.sale_reversal import reverse_sale
from db.session import WriteSession
from domain.ids import fill_id
from domain.money import Usdc, plain
from domain.portfolio import moves
from domain.portfolio.ledger import Ledger

FillStatus = Literal["matched", "mined", "confirmed", "failed"]
FINAL = ("confirmed", "failed")


async def advance_fill(
    session: WriteSession, order: Order, venue_trade_id: str, status: FillStatus, now: datetime
) -> bool:
    """`order` locked by `lock_order`. Books what the new status means, once; False when nothing changed."""
    fill = await session.get(
        OrderFill, (order.id, venue_trade_id), with_for_update=True, populate_existing=True
    )
    if fill is None or fill.venue_status in FINAL or fill.venue_status == status:
        return False
    if status == "confirmed":
        await _confirm(session, order, fill, now)
    elif status == "failed":
        return await reverse_fill(session, order, venue_trade_id, now)
    fill.venue_status = status
    fill.settled_at = now if status in FINAL else None
    await _settle_order(session, order, now)
    return True


async def reverse_fill(session: WriteSession, order: Order, venue_trade_id: str, now: datetime) -> bool:
    """The trade failed on the chain: money, shares and the trade's row are what they would be without it.

    False when it was reversed before, or is not known.
    """
    fill = await session.get(
        OrderFill, (order.id, venue_trade_id), with_for_update=True, populate_existing=True
    )
    if fill is None or fill.venue_status == "failed":
        return False
    money = await money_of(session, order)
    fill.venue_status, fill.settled_at = "failed", now
    await session.flush()
    if order.side == "BUY":
        await reverse_purchase(session, money, order, fill, now)
    else:
        await reverse_sale(session, money, order, fill, now)
    await _settle_order(session, order, now)
    verb = "purchase" if order.side == "BUY" else "sale"
    message = (
        f"The {verb} of {plain(fill.shares)} {order.outcome.upper()} in “{order.question}” failed on the chain "
        "and was taken back"
    )
    await tell(session, order, "trade_reversed", message)
    return True


async def _confirm(session: WriteSession, order: Order, fill: OrderFill, now: datetime) -> None:
    """What a sale brought is available now; a shortfall is covered first."""
    if order.side == "BUY":
        return
    money = await money_of(session, order)
    reference = fill_id(order.id, fill.venue_trade_id)
    settling = await _still_settling(session, reference)
    totals = money.totals(order.strategy_id)
    reason = f"final: {plain(fill.shares)} {order.outcome} in “{order.question}”"
    await book(session, money, moves.settled(reference, order.strategy_id, settling, totals, reason), now)


async def _still_settling(session: WriteSession, reference: UUID) -> Usdc:
    booked = await moves_of(session, reference)
    came = sum((move.amount for move in booked if move.debit.ledger is Ledger.SETTLING), Decimal(0))
    went = sum((move.amount for move in booked if move.credit.ledger is Ledger.SETTLING), Decimal(0))
    return Usdc(came - went)


async def _settle_order(session: WriteSession, order: Order, now: datetime) -> None:
    """settled: all that was filled is final. reversed: nothing of it stayed."""
    await session.flush()
    found = await session.scalars(
        select(OrderFill.venue_status).where(OrderFill.order_id == order.id).distinct()
    )
    statuses = set(found)
    if statuses - set(FINAL):
        order.settlement = "settling"
    else:
        order.settlement = "settled" if "confirmed" in statuses else "reversed"
    order.updated_at = now
    await session.flush()
