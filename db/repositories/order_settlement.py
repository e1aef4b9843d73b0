"""The last word about an order: the rest of its reservation is free again, its trade row says how it ended."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update

from db.models import Order, PositionLot, StrategyTrade
from db.repositories.accounts import LockedMoney, book
from db.repositories.dust import write_off_dust
from db.repositories.open_positions import lock_position, take_back_offer
from db.repositories.order_fills import Fill, book_fills, book_purchase, book_sale, money_of
from db.repositories.order_outcome import go_on, tell
from db.session import WriteSession
from domain.ids import trade_id
from domain.money import Shares, Usdc, in_cents, plain
from domain.portfolio import moves

__all__ = [
    "Fill",
    "book_fills",
    "book_purchase",
    "book_sale",
    "close_unfilled",
    "finish",
    "money_of",
    "release_rest",
    "settle",
]


async def settle(session: WriteSession, order: Order, strategy_name: str, now: datetime) -> None:
    """Matched → filled: what was not needed is available again, and people are told."""
    if order.side == "BUY" and order.reserved_left == order.reserved_amount:
        # Matched by a version that booked all fills at once, here.
        await book_purchase(
            session,
            await money_of(session, order),
            order,
            reference=order.id,
            shares=Shares(order.filled_shares),
            amount=Usdc(order.filled_amount),
            fee=Usdc(order.fee),
            now=now,
        )
    await finish(session, order, "filled", now, reason=order.status_reason, strategy_name=strategy_name)


async def finish(
    session: WriteSession,
    order: Order,
    status: str,
    now: datetime,
    *,
    rule: str | None = None,
    reason: str | None = None,
    strategy_name: str = "",
) -> None:
    """`filled`, `cancelled`, `expired` or `rejected`: nothing more happens to the order. Needs `lock_order`.

    `filled` with a reason: less than was asked for. The others may have fills too: those stay as they are.
    """
    reserved = order.status != "planned"
    money = await money_of(session, order)
    if reserved:
        await release_rest(session, money, order, now)
    order.status, order.status_rule, order.status_reason = status, rule, reason
    order.updated_at = order.final_at = now
    if order.filled_shares > 0 and order.settlement == "none":
        order.settlement = "settled"
    await session.flush()
    got_some = order.filled_shares > 0
    if order.side == "BUY" and reserved:
        await _end_trade(session, order, now, complete=status == "filled" and reason is None)
    elif got_some:
        # Of what a sale brought, a shortfall is covered first: until then nothing may be bought.
        covering = moves.cover(order.id, order.strategy_id, money.totals(order.strategy_id))
        await book(session, money, covering, now)
        await write_off_dust(session, money, order, now)
    await go_on(session, order, ("placed", "filled", "closed") if got_some else ("failed",), now)
    await _tell_end(session, order, strategy_name)


async def _end_trade(session: WriteSession, order: Order, now: datetime, *, complete: bool) -> None:
    if order.filled_shares == 0:
        values = {"status": "cancelled", "closed_at": now}
    else:
        left = await session.scalar(
            select(PositionLot.shares_left).where(PositionLot.id == trade_id(order.id))
        )
        values = {
            "status": "settled" if left == 0 else "filled" if complete else "partial",
            "closed_at": now if left == 0 else None,
            "shares": order.filled_shares,
            "cost": order.filled_amount + order.fee,
            "fee": order.fee,
            "entry_price": order.average_price,
            "filled_at": now,
        }
    await session.execute(
        update(StrategyTrade).where(StrategyTrade.entry_order_id == order.id).values(**values)
    )


async def _tell_end(session: WriteSession, order: Order, strategy_name: str) -> None:
    if order.filled_shares == 0:
        word = "bought" if order.side == "BUY" else "sold"
        message = f"Nothing {word} in “{order.question}” ({order.status_rule}): {order.status_reason}"
        await tell(session, order, "order_failed", message)
    elif order.side == "BUY":
        price = plain(order.average_price.quantize(Decimal("0.0001"))) if order.average_price else "?"
        who = f"Strategy '{strategy_name}'" if strategy_name else "The strategy"
        await tell(
            session,
            order,
            "trade_executed",
            f"{who} bought {order.outcome.upper()} for ${in_cents(order.filled_amount)} in “{order.question}” at {price}",
        )


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
    """Nothing was traded (`cancelled` or `rejected`): all that was reserved is free again."""
    await finish(session, order, status, now, rule=rule, reason=reason)
