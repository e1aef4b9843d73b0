"""A purchase that failed on the chain: its money comes back, its shares go, and what was sold of them meanwhile is owed."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import select, update

from db.models import Order, OrderFill, Position, PositionLot, StrategyTrade
from db.repositories.accounts import LockedMoney, book
from db.repositories.ledger_entries import moves_of
from db.repositories.open_positions import lock_position
from db.session import WriteSession
from domain.ids import fill_id, trade_id
from domain.money import USDC_STEP, Usdc
from domain.portfolio import moves
from domain.portfolio.ledger import Move

ZERO = Decimal(0)
REASON = "failed on the chain"


async def reverse_purchase(
    session: WriteSession, money: LockedMoney, order: Order, fill: OrderFill, now: datetime
) -> None:
    """Needs the fill marked as failed."""
    reference = fill_id(order.id, fill.venue_trade_id)
    booked = await moves_of(session, reference)
    amount = sum((move.amount for move in booked if move.kind == "bought"), ZERO)
    spent = amount + fill.fee
    lot = await session.get(PositionLot, trade_id(order.id), populate_existing=True)
    position = await lock_position(session, lot.position_id) if lot is not None else None
    if lot is None or position is None:
        return
    back = min(fill.shares, lot.shares_left)
    cost_back = _cost_back(lot, back, spent)
    await _take_back(session, position, lot, back, cost_back, now)
    await _book(session, money, order, fill, booked, spent - cost_back, now)
    order.filled_shares -= fill.shares
    order.filled_amount -= amount
    order.fee -= fill.fee
    order.average_price = order.filled_amount / order.filled_shares if order.filled_shares else None
    await session.flush()
    await _correct_trade(session, order, lot, min(spent - cost_back, ZERO), now)


def _cost_back(lot: PositionLot, back: Decimal, spent: Decimal) -> Decimal:
    """Untouched, a lot gives back exactly what the fill had cost; the last share takes all that is left."""
    if back == lot.shares_left:
        return lot.cost_left
    if lot.shares_left == lot.shares:
        return spent
    part = (lot.cost_left * back / lot.shares_left).quantize(USDC_STEP, rounding=ROUND_DOWN)
    return min(part, spent)


async def _take_back(
    session: WriteSession, position: Position, lot: PositionLot, back: Decimal, cost: Decimal, now: datetime
) -> None:
    await _withdraw_offers(session, position, back)
    lot.shares -= back
    lot.shares_left -= back
    lot.cost_left -= cost
    lot.cost_amount -= cost
    position.shares -= back
    position.cost_amount -= cost
    position.updated_at = now
    if position.shares == 0 and position.closed_at is None:
        position.closed_at, position.close_reason = now, "reversed"
    await session.flush()
    if lot.shares == 0:
        await session.delete(lot)
        await session.flush()


async def _withdraw_offers(session: WriteSession, position: Position, back: Decimal) -> None:
    """Sell orders under way offer no more than stays."""
    too_many = position.offered_shares - (position.shares - back)
    if too_many <= 0:
        return
    rows = await session.scalars(
        select(Order)
        .where(Order.position_id == position.id, Order.side == "SELL", Order.final_at.is_(None))
        .where(Order.status.not_in(("planned", "denied")))
        .order_by(Order.created_at.desc())
    )
    for sale in rows:
        cut = min(too_many, (sale.shares or ZERO) - sale.filled_shares)
        sale.shares = (sale.shares or ZERO) - cut
        position.offered_shares -= cut
        too_many -= cut


async def _book(
    session: WriteSession,
    money: LockedMoney,
    order: Order,
    fill: OrderFill,
    booked: list[Move],
    missing: Decimal,
    now: datetime,
) -> None:
    """`missing`: of the fill's cost, what has left `deployed` by sales. Below zero: what is left cost more than that."""
    strategy, reference = order.strategy_id, fill_id(order.id, fill.venue_trade_id)
    wanted = moves.owed(reference, strategy, Usdc(max(missing, ZERO)))
    wanted += moves.averaged(reference, strategy, Usdc(max(-missing, ZERO)))
    totals = money.totals(strategy)
    returned = ZERO
    for move in reversed(booked):
        if move.kind in ("bought", "buy_fee", "buy_fee_in_cost"):
            wanted.append(moves.reversed_move(move, REASON))
            returned += move.amount if move.kind != "buy_fee_in_cost" else ZERO
        elif move.kind == "shortfall":
            uncovered = min(move.amount, totals.shortfall)
            if uncovered > 0:
                wanted.append(moves.reversed_move(move, REASON).model_copy(update={"amount": uncovered}))
                returned -= uncovered
    await book(session, money, wanted, now)
    if order.final_at is None:
        order.reserved_left += returned
    else:
        await book(session, money, moves.release(reference, strategy, Usdc(returned), REASON), now)
    await book(session, money, moves.cover(reference, strategy, money.totals(strategy)), now)


async def _correct_trade(
    session: WriteSession, order: Order, lot: PositionLot, loss: Decimal, now: datetime
) -> None:
    """What the trade's row says of its entry, without the fill."""
    values: dict[str, object] = {
        "shares": order.filled_shares,
        "cost": order.filled_amount + order.fee,
        "fee": order.fee,
        "entry_price": order.average_price,
    }
    if order.filled_shares == 0 and order.final_at is not None:
        values |= {"status": "cancelled", "closed_at": now}
    elif order.final_at is not None:
        over = lot.shares_left == 0
        values |= {"status": "settled" if over else "partial", "closed_at": now if over else None}
    if loss:
        values["pnl"] = StrategyTrade.pnl + loss
    await session.execute(
        update(StrategyTrade).where(StrategyTrade.entry_order_id == order.id).values(**values)
    )
