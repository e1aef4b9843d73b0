"""Markets with a last word pay: what is open there is cancelled, then shares become what they are worth, and positions close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from db.models import Order, Position, Strategy
from db.repositories.accounts import LockedMoney, Owner, book, lock_account, lock_money
from db.repositories.events import add_event
from db.repositories.exit_requests import CLOSED, open_requests, withdraw
from db.repositories.open_positions import offer, remove_shares
from db.repositories.order_cancellation import request_cancel
from db.repositories.orders import lock_order
from db.repositories.position_exits import notify, switch_off
from db.repositories.resolutions import EndedMarket
from db.repositories.trade_exits import record_exits
from db.session import ReadSession, WriteSession
from domain.errors import InvariantViolation
from domain.ids import redemption_id
from domain.money import Price, Shares, Usdc, plain, proceeds_of
from domain.portfolio import moves

RULE = "market_resolved"
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Holder:
    """A strategy that holds shares of a market."""

    owner: Owner
    strategy_id: UUID


@dataclass(frozen=True)
class Redeemed:
    """What a strategy's shares of one market paid: cost, payment and profit in USDC, and the positions that closed."""

    positions: tuple[UUID, ...]
    cost: Usdc
    paid: Usdc

    @property
    def pnl(self) -> Usdc:
        return Usdc(self.paid - self.cost)


class OpenOrder(NamedTuple):
    id: UUID
    strategy_id: UUID


async def open_orders(session: ReadSession, market: EndedMarket) -> list[OpenOrder]:
    """Orders in the market that are not final, of everybody, oldest first."""
    rows = await session.execute(
        select(Order.id, Order.strategy_id)
        .where(Order.market_id == market.market_id, Order.source == market.source, Order.final_at.is_(None))
        .order_by(Order.created_at, Order.id)
    )
    return [OpenOrder(*row) for row in rows]


async def cancel_open_order(session: WriteSession, order_id: UUID, now: datetime) -> bool:
    """Cancels the order, or asks its workflow to; True when that is new. What matched already goes on to its end."""
    order = await lock_order(session, order_id)
    if order is None or order.cancel_requested_at is not None:
        return False
    return await request_cancel(session, order, RULE, "the market has ended", now)


async def holders(session: ReadSession, market: EndedMarket) -> list[Holder]:
    rows = await session.execute(
        select(Position.user_id, Position.mode, Position.strategy_id)
        .where(
            Position.market_id == market.market_id,
            Position.source == market.source,
            Position.closed_at.is_(None),
        )
        .distinct()
        .order_by(Position.user_id, Position.strategy_id)
    )
    return [Holder(Owner(row[0], row[1]), row[2]) for row in rows]


async def redeem(
    session: WriteSession, market: EndedMarket, holder: Holder, now: datetime, *, final: bool = True
) -> Redeemed | None:
    """All the shares of the market that the strategy holds become what they pay, and their positions close.

    None, and nothing changed: nothing is held any more, or some shares are still offered to a sell order, which has
    to be final first. `final` False: the payment is settling until the chain has paid. Called again it finds nothing.
    """
    await lock_account(session, holder.owner)
    await session.execute(
        select(Strategy.id)
        .where(Strategy.id == holder.strategy_id)
        .with_for_update(read=True, key_share=True)
    )
    money = await lock_money(session, holder.owner, (holder.strategy_id,))
    positions = await _lock_positions(session, market, holder)
    if not positions or any(position.offered_shares > 0 for position in positions):
        return None
    cost, paid = Decimal(0), Decimal(0)
    for position in positions:
        sale = await _redeem(session, money, market, position, now, final=final)
        cost, paid = cost + sale.cost, paid + sale.gross
    redeemed = Redeemed(tuple(position.id for position in positions), Usdc(cost), Usdc(paid))
    await _tell(session, market, holder, redeemed)
    return redeemed


async def _lock_positions(session: WriteSession, market: EndedMarket, holder: Holder) -> Sequence[Position]:
    rows = await session.scalars(
        select(Position)
        .where(
            Position.strategy_id == holder.strategy_id,
            Position.market_id == market.market_id,
            Position.source == market.source,
            Position.closed_at.is_(None),
        )
        .order_by(Position.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def _redeem(
    session: WriteSession,
    money: LockedMoney,
    market: EndedMarket,
    position: Position,
    now: datetime,
    *,
    final: bool,
) -> moves.Sold:
    if position.token_id not in market.payouts:
        raise InvariantViolation(f"market {market.market_id} pays nothing for token {position.token_id}")
    payout = Price(market.payouts[position.token_id])
    shares = Shares(position.shares)
    sale = moves.Sold(
        gross=proceeds_of(payout, shares), fee=Usdc(Decimal(0)), cost=Usdc(position.cost_amount)
    )
    await offer(session, position, shares, now)
    parts = await remove_shares(session, position, shares, now)
    position.close_reason = "resolved"
    reason = f"{plain(shares)} {position.outcome} in “{position.question}” paid {plain(payout)} each"
    made = moves.resolved(
        redemption_id(position.id),
        position.strategy_id,
        sale,
        money.totals(position.strategy_id),
        reason,
        final=final,
    )
    await book(session, money, made, now)
    position.realised_pnl += sale.pnl
    await session.flush()
    await record_exits(session, position.id, parts, payout, sale.net, now)
    for request in await open_requests(session, position.id):
        await withdraw(session, request, CLOSED, now)
    await switch_off(session, position.id, None, now)
    await notify(session, position)
    return sale


async def _tell(session: WriteSession, market: EndedMarket, holder: Holder, redeemed: Redeemed) -> None:
    if market.winner is None:
        what = f"Market “{market.question}” was void and paid half"
    else:
        what = f"Market “{market.question}” resolved {market.winner.upper()}"
    await add_event(
        session,
        user_id=holder.owner.user_id,
        strategy_id=holder.strategy_id,
        kind=RULE,
        message=f"{what}: {dollars(redeemed.pnl)}",
        data={
            "market_id": market.market_id,
            "winner": market.winner,
            "position_ids": [str(position) for position in redeemed.positions],
            "cost": plain(redeemed.cost),
            "paid": plain(redeemed.paid),
            "pnl": plain(redeemed.pnl),
        },
    )


def dollars(amount: Usdc) -> str:
    """A gain or loss for people, to the cent; the event's data has all of it."""
    shown = amount.quantize(CENT, rounding=ROUND_HALF_EVEN)
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return f"{sign}${abs(shown)}"
