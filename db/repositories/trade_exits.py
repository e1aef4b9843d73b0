"""What trades learn when shares of their lots leave: the average exit price, the P&L so far, and their end."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from sqlalchemy import select

from db.models import Order, PositionLot, StrategyTrade
from db.session import WriteSession
from domain.money import Price, Usdc
from domain.portfolio.lots import LotPart, split_by_shares

PRICE_STEP = Decimal("0.00000001")


async def record_exits(
    session: WriteSession,
    position_id: UUID,
    parts: Sequence[LotPart],
    price: Price,
    net: Usdc,
    now: datetime,
) -> None:
    """`parts` have left their lots at `price`; together they brought `net`, after fees. Needs the position's lock."""
    lots = {
        lot.id: lot
        for lot in await session.scalars(
            select(PositionLot)
            .where(PositionLot.position_id == position_id)
            .execution_options(populate_existing=True)
        )
    }
    for part, brought in zip(parts, split_by_shares(net, parts), strict=True):
        lot = lots[part.lot_id]
        trade = await session.get(StrategyTrade, part.lot_id, with_for_update=True, populate_existing=True)
        if trade is None:
            continue
        exited = lot.shares - lot.shares_left
        before = (trade.exit_price or Decimal(0)) * (exited - part.shares)
        trade.exit_price = ((before + price * part.shares) / exited).quantize(PRICE_STEP, rounding=ROUND_DOWN)
        trade.pnl = (trade.pnl or Decimal(0)) + brought - part.cost
        if lot.shares_left == 0 and await _is_over(session, trade.entry_order_id):
            trade.status, trade.closed_at = "settled", now
    await session.flush()


async def _is_over(session: WriteSession, entry_order_id: UUID) -> bool:
    """An entry that still rests may bring more: then its own end ends the trade. The account's lock keeps it still."""
    final_at = await session.scalar(select(Order.final_at).where(Order.id == entry_order_id))
    return final_at is not None
