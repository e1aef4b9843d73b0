"""Orders from reservation to settlement. Every step locks the order, looks where it stands, and moves it once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, insert, select, update

from db.models import Order, OrderFill, Strategy, StrategyTrade, StrategyWallet
from db.repositories.continuations import settle_order_continuations
from db.repositories.events import add_event
from db.session import ReadSession, WriteSession
from domain.errors import InvariantViolation
from domain.ids import trade_id
from domain.money import Usdc, plain
from domain.orders.match_order import Match


async def read_order(session: ReadSession, order_id: UUID) -> Order | None:
    return await session.get(Order, order_id)


async def lock_order(session: WriteSession, order_id: UUID) -> Order | None:
    """The order, locked, and its strategy kept from changing: who writes about both takes the strategy first."""
    await session.execute(
        select(Strategy.id)
        .join(Order, Order.strategy_id == Strategy.id)
        .where(Order.id == order_id)
        .with_for_update(read=True, key_share=True, of=Strategy)
    )
    return await session.get(Order, order_id, with_for_update=True, populate_existing=True)


async def lock_wallet(session: WriteSession, strategy_id: UUID) -> StrategyWallet | None:
    return await session.scalar(
        select(StrategyWallet).where(StrategyWallet.strategy_id == strategy_id).with_for_update()
    )


async def reserve(session: WriteSession, order: Order, reserved: Usdc, now: datetime) -> str | None:
    """Moves `reserved` from available to reserved and writes the trade row; the refusal in words when it is too much."""
    wallet = await lock_wallet(session, order.strategy_id)
    available = wallet.available_amount if wallet is not None else Decimal(0)
    if wallet is None or available < reserved:
        return (
            f"needs {plain(reserved)} USDC with the highest possible fee, but only {plain(available)} USDC "
            "of the allocation is available"
        )
    wallet.available_amount -= reserved
    wallet.reserved_amount += reserved
    wallet.updated_at = now
    order.status = "reserved"
    order.reserved_amount = reserved
    order.updated_at = now
    await session.flush()
    await session.execute(
        insert(StrategyTrade).values(
            id=trade_id(order.id),
            strategy_id=order.strategy_id,
            user_id=order.user_id,
            entry_order_id=order.id,
            order_id=str(order.id),
            number=order.number,
            node_id=order.node_id,
            mode=order.mode,
            source=order.source,
            market_id=order.market_id,
            question=order.question,
            token_id=order.token_id,
            outcome=order.outcome,
            amount=order.amount,
            order_type=order.order_type,
            status="pending",
            created_at=now,
        )
    )
    return None


async def deny(session: WriteSession, order: Order, rule: str, reason: str, now: datetime) -> None:
    """Our own rules say no: final, and what waits behind the port `failed` goes on.

    The timeline tells it once per execution and rule: a spent allocation may deny every market there is.
    """
    first = not await session.scalar(
        select(
            exists().where(
                Order.strategy_id == order.strategy_id,
                Order.number == order.number,
                Order.status_rule == rule,
                Order.status == "denied",
            )
        )
    )
    order.status, order.status_rule, order.status_reason = "denied", rule, reason
    order.updated_at = order.final_at = now
    await session.flush()
    await _go_on(session, order, ("failed",), now)
    message = f"Order for “{order.question}” denied ({rule}): {reason}"
    await _tell(session, order, "order_denied", message, timeline=first)


async def match(
    session: WriteSession, order: Order, outcome: Match, book: dict[str, Any], now: datetime
) -> None:
    """Stores what the book gave; the books of account move when it is settled."""
    order.status = "matched"
    order.book = book
    order.filled_shares, order.filled_amount, order.fee = outcome.shares, outcome.cost, outcome.fee
    order.average_price = outcome.cost / outcome.shares
    order.status_reason = None if outcome.complete else "the book had less than was asked for"
    order.updated_at = now
    await session.flush()
    rows = [
        {
            "order_id": order.id,
            "venue_trade_id": f"{order.id}-{index}",
            "index": index,
            "price": part.price,
            "shares": part.shares,
            "fee": part.fee,
            "filled_at": now,
        }
        for index, part in enumerate(outcome.taken)
    ]
    await session.execute(insert(OrderFill), rows)


async def settle(session: WriteSession, order: Order, strategy_name: str, now: datetime) -> None:
    """Matched → filled: reserved becomes deployed, what was not needed is available again."""
    spent = order.filled_amount + order.fee
    partial = order.status_reason is not None
    await _release(session, order, spent, now)
    order.status, order.updated_at, order.final_at = "filled", now, now
    await session.flush()
    await session.execute(
        update(StrategyTrade)
        .where(StrategyTrade.entry_order_id == order.id)
        .values(
            status="partial" if partial else "filled",
            shares=order.filled_shares,
            cost=spent,
            fee=order.fee,
            entry_price=order.average_price,
            filled_at=now,
        )
    )
    await _go_on(session, order, ("placed", "filled"), now)
    price = plain(order.average_price.quantize(Decimal("0.0001"))) if order.average_price else "?"
    await _tell(
        session,
        order,
        "trade_executed",
        f"Strategy '{strategy_name}' bought {order.outcome.upper()} for ${plain(order.filled_amount)} "
        f"in “{order.question}” at {price}",
    )


async def close_unfilled(
    session: WriteSession, order: Order, status: str, rule: str, reason: str, now: datetime
) -> None:
    """Reserved, but nothing was bought (`cancelled` or `rejected`): all of it is available again."""
    await _release(session, order, Decimal(0), now)
    order.status, order.status_rule, order.status_reason = status, rule, reason
    order.updated_at = order.final_at = now
    await session.flush()
    await session.execute(
        update(StrategyTrade)
        .where(StrategyTrade.entry_order_id == order.id)
        .values(status="cancelled", closed_at=now)
    )
    await _go_on(session, order, ("failed",), now)
    await _tell(session, order, "order_failed", f"Nothing bought in “{order.question}” ({rule}): {reason}")


async def _release(session: WriteSession, order: Order, spent: Decimal, now: datetime) -> None:
    wallet = await lock_wallet(session, order.strategy_id)
    if wallet is None or spent > order.reserved_amount:
        raise InvariantViolation(f"order {order.id} spent {spent} of {order.reserved_amount} reserved")
    wallet.reserved_amount -= order.reserved_amount
    wallet.deployed_amount += spent
    wallet.available_amount += order.reserved_amount - spent
    wallet.updated_at = now
    await session.flush()


async def _go_on(session: WriteSession, order: Order, ports: Sequence[str], now: datetime) -> None:
    values = {
        "order_id": str(order.id),
        "order_status": order.status,
        "filled_shares": plain(order.filled_shares),
    }
    await settle_order_continuations(session, order.id, ports, values, now)


async def _tell(
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
