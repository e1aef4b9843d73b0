"""A sale that failed on the chain: its shares are held again at what they had cost, its proceeds go back."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from sqlalchemy import func, select

from db.models import Order, OrderFill, Position, PositionLot, StrategyTrade
from db.repositories.accounts import LockedMoney, book
from db.repositories.exit_revival import revive_exits
from db.repositories.ledger_entries import moves_of
from db.repositories.open_positions import lock_open_position, lock_position
from db.repositories.trade_exits import PRICE_STEP
from db.session import WriteSession
from domain.errors import InvariantViolation
from domain.ids import fill_id
from domain.money import USDC_STEP, Shares, Usdc
from domain.portfolio import moves
from domain.portfolio.ledger import Ledger, Move, Place
from domain.portfolio.lots import LotPart, split_by_shares

ZERO = Decimal(0)
REASON = "failed on the chain"
SALE_KINDS = ("sold", "gain", "loss", "sale_fee", "sale_fee_in_pnl")


async def reverse_sale(
    session: WriteSession, money: LockedMoney, order: Order, fill: OrderFill, now: datetime
) -> None:
    """Needs the fill marked as failed."""
    reference = fill_id(order.id, fill.venue_trade_id)
    booked = await moves_of(session, reference)
    by_kind = {move.kind: move for move in booked}
    cost = sum((by_kind[kind].amount for kind in ("sold", "loss") if kind in by_kind), ZERO)
    gross = sum((by_kind[kind].amount for kind in ("sold", "gain") if kind in by_kind), ZERO)
    net = gross - fill.fee
    await _book(session, money, order, booked, net, now)
    position = await _held_again(session, order, now)
    parts = await _give_back(session, position, order, fill.shares, cost)
    position.realised_pnl -= net - cost
    order.filled_shares -= fill.shares
    order.filled_amount -= gross
    order.fee -= fill.fee
    order.average_price = order.filled_amount / order.filled_shares if order.filled_shares else None
    if order.final_at is None and order.shares is not None:
        order.shares -= fill.shares
    await session.flush()
    for part, brought in zip(parts, split_by_shares(Usdc(net), parts), strict=True):
        await _correct_trade(session, part, fill.price, brought)
    position.updated_at = now
    await _forget_owed(session, money, position, parts, order, fill, now)
    await revive_exits(session, order, position, now)


async def _book(
    session: WriteSession,
    money: LockedMoney,
    order: Order,
    booked: list[Move],
    net: Decimal,
    now: datetime,
) -> None:
    """Out of where the proceeds are by now; what is not there any more is a shortfall."""
    strategy = order.strategy_id
    reference = booked[0].reference_id
    settled = any(move.kind == "settled" for move in booked)
    available = Place(ledger=Ledger.AVAILABLE, strategy_id=strategy)

    def now_at(place: Place) -> Place:
        return available if settled and place.ledger is Ledger.SETTLING else place

    undone = [
        moves.reversed_move(
            move.model_copy(update={"credit": now_at(move.credit), "debit": now_at(move.debit)}), REASON
        )
        for move in reversed(booked)
        if move.kind in SALE_KINDS
    ]
    from_available = any(available in (move.credit, move.debit) for move in undone)
    missing = max(net - money.totals(strategy).available, ZERO) if from_available else ZERO
    await book(session, money, moves.lacking(reference, strategy, Usdc(missing)) + undone, now)


async def _held_again(session: WriteSession, order: Order, now: datetime) -> Position:
    """The position that was sold, open again; if there is another one by now, its shares join that."""
    position = await lock_position(session, order.position_id) if order.position_id else None
    if position is None:
        raise InvariantViolation(f"sell order {order.id} names no position")
    if position.closed_at is None:
        return position
    newer = await lock_open_position(session, order.strategy_id, order.token_id)
    return newer or position


async def _give_back(
    session: WriteSession, position: Position, order: Order, shares: Decimal, cost: Decimal
) -> tuple[LotPart, ...]:
    """Lots are sold oldest first, so the newest of those that gave shares gets them back first."""
    # A lot whose entry went on after its position had closed is in the next position by now.
    own = PositionLot.position_id == order.position_id
    lots = await session.scalars(
        select(PositionLot)
        .join(Position, Position.id == PositionLot.position_id)
        .where(Position.strategy_id == order.strategy_id, Position.token_id == order.token_id)
        .where(PositionLot.shares_left < PositionLot.shares)
        .order_by(own.desc(), PositionLot.opened_at.desc(), PositionLot.id.desc())
        .execution_options(populate_existing=True)
    )
    parts: list[LotPart] = []
    left, cost_left = shares, cost
    for lot in lots:
        back = min(left, lot.shares - lot.shares_left)
        if back <= 0:
            break
        left -= back
        part = cost_left if left == 0 else min(lot.cost_amount - lot.cost_left, cost_left)
        cost_left -= part
        lot.position_id = position.id
        lot.shares_left += back
        lot.cost_left += part
        lot.cost_amount = max(lot.cost_amount, lot.cost_left)
        parts.append(LotPart(lot_id=lot.id, shares=Shares(back), cost=Usdc(part)))
    if left > 0:
        raise InvariantViolation(f"{shares} shares come back, {left} more than were sold")
    position.shares += shares
    position.cost_amount += cost
    position.closed_at, position.close_reason = None, None
    await session.flush()
    return tuple(parts)


async def _correct_trade(session: WriteSession, part: LotPart, price: Decimal, brought: Decimal) -> None:
    trade = await session.get(StrategyTrade, part.lot_id, with_for_update=True, populate_existing=True)
    lot = await session.get(PositionLot, part.lot_id)
    if trade is None or lot is None:
        return
    exited = lot.shares - lot.shares_left
    before = (trade.exit_price or ZERO) * (exited + part.shares) - price * part.shares
    trade.exit_price = (before / exited).quantize(PRICE_STEP, rounding=ROUND_DOWN) if exited else None
    trade.pnl = (trade.pnl or ZERO) - (brought - part.cost) if exited else None
    if trade.status == "settled":
        entry = await session.get(Order, trade.entry_order_id)
        whole = entry is not None and entry.status == "filled" and entry.status_reason is None
        trade.status, trade.closed_at = "filled" if whole else "partial", None
    await session.flush()


async def _forget_owed(
    session: WriteSession,
    money: LockedMoney,
    position: Position,
    parts: tuple[LotPart, ...],
    order: Order,
    fill: OrderFill,
    now: datetime,
) -> None:
    """Shares whose own purchase failed do not come back: what was owed for them is not owed any more."""
    free = ZERO
    for part in parts:
        lot = await session.get_one(PositionLot, part.lot_id)
        real = await session.scalar(
            select(func.coalesce(func.sum(OrderFill.shares), 0)).where(
                OrderFill.order_id == lot.entry_order_id, OrderFill.venue_status != "failed"
            )
        )
        gone = min(lot.shares - Decimal(real or 0), part.shares)
        if gone <= 0:
            continue
        cost = part.cost if gone == part.shares else part.cost * gone / part.shares
        cost = Decimal(cost).quantize(USDC_STEP, rounding=ROUND_DOWN)
        lot.shares -= gone
        lot.shares_left -= gone
        lot.cost_left -= cost
        lot.cost_amount = max(lot.cost_amount - cost, lot.cost_left)
        position.shares -= gone
        position.cost_amount -= cost
        free += cost
        if lot.shares == 0:
            await session.delete(lot)
    if position.shares == 0:
        position.closed_at, position.close_reason = now, "reversed"
    await session.flush()
    reference = fill_id(order.id, fill.venue_trade_id)
    await book(session, money, moves.not_owed(reference, order.strategy_id, Usdc(free)), now)
    totals = money.totals(order.strategy_id)
    await book(session, money, moves.cover(reference, order.strategy_id, totals), now)
