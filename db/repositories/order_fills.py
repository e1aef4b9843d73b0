"""Fills become money and shares: each commits together with its ledger moves, once by the venue's trade id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from db.models import Order, OrderFill, Position, StrategyTrade
from db.repositories.accounts import LockedMoney, Owner, book, lock_money
from db.repositories.open_positions import add_shares, lock_position, remove_shares
from db.repositories.position_exits import attach_exits
from db.repositories.trade_exits import record_exits
from db.session import WriteSession
from domain.errors import InvariantViolation
from domain.ids import fill_id
from domain.money import Price, Shares, Usdc, plain
from domain.portfolio import moves
from domain.portfolio.exit_rule import ExitRule


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


async def book_fills(
    session: WriteSession, order: Order, fills: Sequence[Fill], now: datetime, *, final: bool = True
) -> int:
    """Books what was not booked before; how many that were. Needs `lock_order`; the order's status is the caller's.

    `final` False: the chain has not confirmed yet, so what a sale brought is settling.
    """
    if fills and not final:
        order.settlement = "settling"
    if order.side == "BUY":
        return await _book_entries(session, order, fills, now, final=final)
    booked = [await book_sale(session, order, fill, now, final=final) for fill in fills]
    return sum(booked)


async def _book_entries(
    session: WriteSession, order: Order, fills: Sequence[Fill], now: datetime, *, final: bool
) -> int:
    new = [fill for fill in fills if await _is_new(session, order, fill, now, final=final)]
    if not new:
        return 0
    money = await money_of(session, order)
    wanted = []
    left = Decimal(order.reserved_left)
    for fill in new:
        reference, words = fill_id(order.id, fill.venue_trade_id), _words(order, fill)
        wanted += moves.bought(reference, order.strategy_id, fill.amount, fill.fee, Usdc(left), words)
        left = max(left - fill.amount - fill.fee, Decimal(0))
    await book(session, money, wanted, now)
    order.reserved_left = left
    first = order.filled_shares == 0
    shares = Shares(sum((fill.shares for fill in new), Decimal(0)))
    spent = Usdc(sum((fill.amount + fill.fee for fill in new), Decimal(0)))
    _count(order, new, now)
    position = await add_shares(session, order, shares, spent, now)
    await _tell_trade(session, order, now)
    if order.exits and (first or position.shares == shares):
        rules = [ExitRule.model_validate(rule) for rule in order.exits]
        await attach_exits(session, position, rules, f"order:{order.id}", now)
    return len(new)


def _count(order: Order, fills: Sequence[Fill], now: datetime) -> None:
    for fill in fills:
        order.filled_shares += fill.shares
        order.filled_amount += fill.amount
        order.fee += fill.fee
    order.average_price = order.filled_amount / order.filled_shares
    order.updated_at = now


async def _tell_trade(session: WriteSession, order: Order, now: datetime) -> None:
    """What the trade knows of its entry so far; whether that was all, the order's end says."""
    await session.flush()
    await session.execute(
        update(StrategyTrade)
        .where(StrategyTrade.entry_order_id == order.id)
        .values(
            status="partial",
            shares=order.filled_shares,
            cost=order.filled_amount + order.fee,
            fee=order.fee,
            entry_price=order.average_price,
            filled_at=now,
        )
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
    words = f"{plain(shares)} {order.outcome} in “{order.question}”"
    made = moves.bought(reference, order.strategy_id, amount, fee, Usdc(order.reserved_left), words)
    if not await book(session, money, made, now):
        return
    spent = Usdc(amount + fee)
    order.reserved_left = max(order.reserved_left - spent, Decimal(0))
    await add_shares(session, order, shares, spent, now)


async def book_sale(
    session: WriteSession, order: Order, fill: Fill, now: datetime, *, final: bool = True
) -> bool:
    """One fill of a SELL order: shares leave their lots, proceeds and P&L are booked, the trades learn of their exit.

    `final` False: the proceeds are settling until the chain confirms. Booked before: False, nothing changed. Needs
    `lock_order`; the order's status is the caller's.
    """
    money = await money_of(session, order)
    if not await _is_new(session, order, fill, now, final=final):
        return False
    position = await lock_position(session, order.position_id) if order.position_id else None
    if position is None:
        raise InvariantViolation(f"sell order {order.id} names no position")
    await _sell(session, money, order, position, fill, now, final=final)
    return True


async def _sell(
    session: WriteSession,
    money: LockedMoney,
    order: Order,
    position: Position,
    fill: Fill,
    now: datetime,
    *,
    final: bool,
) -> None:
    parts = await remove_shares(session, position, fill.shares, now)
    cost = Usdc(sum((part.cost for part in parts), Decimal(0)))
    sale = moves.Sold(gross=fill.amount, fee=fill.fee, cost=cost)
    reference = fill_id(order.id, fill.venue_trade_id)
    made = moves.sold(reference, order.strategy_id, sale, _words(order, fill), final=final)
    await book(session, money, made, now)
    position.realised_pnl += sale.pnl
    _count(order, (fill,), now)
    await session.flush()
    await record_exits(session, position.id, parts, fill.price, sale.net, now)


def _words(order: Order, fill: Fill) -> str:
    return f"{plain(fill.shares)} {order.outcome} in “{order.question}” at {plain(fill.price)}"


async def _is_new(session: WriteSession, order: Order, fill: Fill, now: datetime, *, final: bool) -> bool:
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
            venue_status="confirmed" if final else "matched",
            settled_at=now if final else None,
        )
        .on_conflict_do_nothing()
        .returning(OrderFill.order_id)
    )
    return written is not None
