"""Orders up to the venue's answer. Every step locks the order, looks where it stands, and moves it once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, insert, select

from db.models import Order, Position, Strategy, StrategyTrade
from db.repositories.accounts import LockedMoney, Owner, book, lock_account
from db.repositories.open_positions import offer
from db.repositories.order_fills import Fill, book_fills
from db.repositories.order_outcome import go_on, tell
from db.session import ReadSession, WriteSession
from domain.ids import trade_id
from domain.money import Shares, Usdc
from domain.orders.match_order import Match
from domain.orders.salt import salt_of
from domain.portfolio import moves
from domain.risk.verdict import RiskVerdict


async def read_order(session: ReadSession, order_id: UUID) -> Order | None:
    return await session.get(Order, order_id)


async def lock_order(session: WriteSession, order_id: UUID) -> Order | None:
    """The account, then the order, locked; its strategy is kept from changing: who writes about both takes it first.

    None when the order is gone. Lock order: trading state, account, strategy, order, wallets, positions.
    """
    owner = (await session.execute(select(Order.user_id, Order.mode).where(Order.id == order_id))).first()
    if owner is None:
        return None
    await lock_account(session, Owner(*owner))
    await session.execute(
        select(Strategy.id)
        .join(Order, Order.strategy_id == Strategy.id)
        .where(Order.id == order_id)
        .with_for_update(read=True, key_share=True, of=Strategy)
    )
    return await session.get(Order, order_id, with_for_update=True, populate_existing=True)


async def reserve_entry(
    session: WriteSession, money: LockedMoney, order: Order, needed: Usdc, now: datetime
) -> None:
    """All rules passed: `needed` goes from available to reserved, and the trade row is written."""
    reason = f"{order.outcome} in “{order.question}”"
    await book(session, money, moves.reserve(order.id, order.strategy_id, needed, reason), now)
    order.status = "reserved"
    order.reserved_amount = order.reserved_left = needed
    stamp(order, now)
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


async def reserve_exit(session: WriteSession, order: Order, position: Position, now: datetime) -> None:
    """All rules passed: the order's shares go from held to offered, so that nobody else sells them."""
    await offer(session, position, Shares(order.shares or Decimal(0)), now)
    order.status = "reserved"
    stamp(order, now)
    await session.flush()


def stamp(order: Order, now: datetime) -> None:
    """What makes the venue's order unique is fixed here: signed twice, it is the same order."""
    order.salt, order.stamped_at, order.updated_at = salt_of(order.id), now, now


def keep_checks(order: Order, verdicts: Sequence[RiskVerdict]) -> None:
    """Every rule's word stays with the order, whether it was denied or not."""
    order.risk_checks = [verdict.model_dump(mode="json") for verdict in verdicts]


async def deny(session: WriteSession, order: Order, denial: RiskVerdict, now: datetime) -> None:
    """Our own rules say no: final, and what waits behind the port `failed` goes on.

    The timeline tells it once per execution and rule: a spent allocation may deny every market there is.
    """
    rule, reason = denial.rule, denial.sentence
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
    await go_on(session, order, ("failed",), now)
    message = f"Order for “{order.question}” denied ({rule}): {reason}"
    await tell(session, order, "order_denied", message, timeline=first)


async def start_posting(session: WriteSession, order: Order, halt_epoch: int, now: datetime) -> None:
    """Committed before anything goes to the venue, under the epoch of the trading state that allowed it."""
    order.status, order.halt_epoch, order.updated_at = "posting", halt_epoch, now
    if order.posted_at is None:
        order.posted_at = now
        if order.expires_after_seconds is not None:
            order.expires_at = now + timedelta(seconds=order.expires_after_seconds)
    await session.flush()


async def match(
    session: WriteSession, order: Order, outcome: Match, book_as_read: dict[str, Any], now: datetime
) -> None:
    """Stores and books what the book gave to an order of which nothing rests."""
    order.book = book_as_read
    fills = [
        Fill(f"{order.id}-{index}", index, part.price, part.shares, part.cost, part.fee)
        for index, part in enumerate(outcome.taken)
    ]
    await book_fills(session, order, fills, now)
    order.status = "matched"
    order.status_reason = None if outcome.complete else "the book had less than was asked for"
    order.updated_at = now
    await session.flush()
