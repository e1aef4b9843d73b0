"""Where an order's money and shares end up: fills are booked, the rest of the reservation is free again."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from db.models import Order, OrderFill, Position, PositionLot, StrategyTrade
from db.repositories.accounts import LockedMoney, Owner, book, lock_money
from db.repositories.open_positions import add_shares, lock_position, remove_shares, take_back_offer
from db.repositories.order_outcome import go_on, tell
from db.session import WriteSession
from domain.errors import InvariantViolation
from domain.ids import fill_id
from domain.money import Price, Shares, Usdc, plain
from domain.portfolio import moves
from domain.portfolio.lots import LotPart, split_by_shares

PRICE_STEP = Decimal("0.00000001")


@dataclass(frozen=True)
class Fill:
    """One part execution as the venue tells it. `amount` is price × shares, without the fee."""

    venue_trade_id: str
    index: int
    price: Price
    shares: Shares
    amount: Usdc
    fee: Usdc


async def money_of(session: WriteSession, order: Order) -> LockedMoney:
    """The order's account and wallet, locked. Needs `lock_order` before."""
    money = await lock_money(session, Owner(order.user_id, order.mode), (order.strategy_id,))
    if order.strategy_id not in money.wallets:
        raise InvariantViolation(f"strategy {order.strategy_id} has no wallet")
    return money


async def settle(session: WriteSession, order: Order, strategy_name: str, now: datetime) -> None:
    """Matched → filled: reserved becomes deployed, what was not needed is available again."""
    partial = order.status_reason is not None
    money = await money_of(session, order)
    await book_purchase(
        session,
        money,
        order,
        reference=order.id,
        shares=Shares(order.filled_shares),
        amount=Usdc(order.filled_amount),
        fee=Usdc(order.fee),
        now=now,
    )
    await release_rest(session, money, order, now)
    order.status, order.updated_at, order.final_at = "filled", now, now
    await session.flush()
    await session.execute(
        update(StrategyTrade)
        .where(StrategyTrade.entry_order_id == order.id)
        .values(
            status="partial" if partial else "filled",
            shares=order.filled_shares,
            cost=order.filled_amount + order.fee,
            fee=order.fee,
            entry_price=order.average_price,
            filled_at=now,
        )
    )
    await go_on(session, order, ("placed", "filled"), now)
    price = plain(order.average_price.quantize(Decimal("0.0001"))) if order.average_price else "?"
    await tell(
        session,
        order,
        "trade_executed",
        f"Strategy '{strategy_name}' bought {order.outcome.upper()} for ${plain(order.filled_amount)} "
        f"in “{order.question}” at {price}",
    )


async def book_purchase(
    session: WriteSession,
    money: LockedMoney,
    order: Order,
    *,
    reference: UUID,
    shares: Shares,
    amount: Usdc,
    fee: Usdc,
    now: datetime,
) -> None:
    """Shares that an entry got, into ledger and position; beyond the reservation it becomes a shortfall.

    `reference` names the fill (`ids.fill_id`), or the order when all of it is booked at once. Booked before: nothing
    happens.
    """
    made = moves.bought(
        reference,
        order.strategy_id,
        amount,
        fee,
        Usdc(order.reserved_left),
        f"{plain(shares)} {order.outcome} in “{order.question}”",
    )
    if not await book(session, money, made, now):
        return
    spent = Usdc(amount + fee)
    order.reserved_left = max(order.reserved_left - spent, Decimal(0))
    await add_shares(session, order, shares, spent, now)


async def release_rest(session: WriteSession, money: LockedMoney, order: Order, now: datetime) -> None:
    """What an order that is final leaves of its reservation: money to available, unsold shares to held."""
    if order.side == "SELL":
        unsold = Decimal(order.shares or 0) - order.filled_shares
        position = await lock_position(session, order.position_id) if order.position_id else None
        if position is not None and unsold > 0:
            await take_back_offer(session, position, Shares(unsold), now)
        return
    rest = Usdc(order.reserved_left)
    made = moves.release(order.id, order.strategy_id, rest, f"not needed for “{order.question}”")
    await book(session, money, made, now)
    order.reserved_left = Decimal(0)
    await session.flush()


async def close_unfilled(
    session: WriteSession, order: Order, status: str, rule: str, reason: str, now: datetime
) -> None:
    """Reserved, but nothing was traded (`cancelled` or `rejected`): all that was reserved is free again."""
    await release_rest(session, await money_of(session, order), order, now)
    order.status, order.status_rule, order.status_reason = status, rule, reason
    order.updated_at = order.final_at = now
    await session.flush()
    await session.execute(
        update(StrategyTrade)
        .where(StrategyTrade.entry_order_id == order.id)
        .values(status="cancelled", closed_at=now)
    )
    await go_on(session, order, ("failed",), now)
    word = "bought" if order.side == "BUY" else "sold"
    await tell(session, order, "order_failed", f"Nothing {word} in “{order.question}” ({rule}): {reason}")


async def book_sale(
    session: WriteSession, order: Order, fill: Fill, now: datetime, *, final: bool = True
) -> bool:
    """One fill of a SELL order: shares leave their lots, proceeds and P&L are booked, the trades learn of their exit.

    `final` False: the proceeds are settling until the chain confirms. Booked before: False, nothing changed. Needs
    `lock_order`; the order's status is the caller's.
    """
    money = await money_of(session, order)
    if not await _is_new(session, order, fill, now):
        return False
    position = await lock_position(session, order.position_id) if order.position_id else None
    if position is None:
        raise InvariantViolation(f"sell order {order.id} names no position")
    parts = await remove_shares(session, position, fill.shares, now)
    cost = Usdc(sum((part.cost for part in parts), Decimal(0)))
    sale = moves.Sold(gross=fill.amount, fee=fill.fee, cost=cost)
    reason = f"{plain(fill.shares)} {order.outcome} in “{order.question}” at {plain(fill.price)}"
    reference = fill_id(order.id, fill.venue_trade_id)
    await book(session, money, moves.sold(reference, order.strategy_id, sale, reason, final=final), now)
    position.realised_pnl += sale.pnl
    order.filled_shares += fill.shares
    order.filled_amount += fill.amount
    order.fee += fill.fee
    order.average_price = order.filled_amount / order.filled_shares
    order.updated_at = now
    await session.flush()
    await _record_exits(session, position, parts, fill.price, sale, now)
    return True


async def _is_new(session: WriteSession, order: Order, fill: Fill, now: datetime) -> bool:
    written = await session.scalar(
        insert(OrderFill)
        .values(
            order_id=order.id,
            venue_trade_id=fill.venue_trade_id,
            index=fill.index,
            price=fill.price,
            shares=fill.shares,
            fee=fill.fee,
            filled_at=now,
        )
        .on_conflict_do_nothing()
        .returning(OrderFill.order_id)
    )
    return written is not None


async def _record_exits(
    session: WriteSession,
    position: Position,
    parts: tuple[LotPart, ...],
    price: Price,
    sale: moves.Sold,
    now: datetime,
) -> None:
    """Each trade whose lot gave shares: average exit price, P&L so far, and its end when nothing of it is left."""
    lots = {
        lot.id: lot
        for lot in await session.scalars(
            select(PositionLot)
            .where(PositionLot.position_id == position.id)
            .execution_options(populate_existing=True)
        )
    }
    for part, net in zip(parts, split_by_shares(sale.net, parts), strict=True):
        lot = lots[part.lot_id]
        trade = await session.get(StrategyTrade, part.lot_id, with_for_update=True, populate_existing=True)
        if trade is None:
            continue
        exited = lot.shares - lot.shares_left
        before = (trade.exit_price or Decimal(0)) * (exited - part.shares)
        trade.exit_price = ((before + price * part.shares) / exited).quantize(PRICE_STEP, rounding=ROUND_DOWN)
        trade.pnl = (trade.pnl or Decimal(0)) + net - part.cost
        if lot.shares_left == 0:
            trade.status, trade.closed_at = "settled", now
    await session.flush()
