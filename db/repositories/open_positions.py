"""Positions under lock: shares come in lots, are offered to sell orders, and leave oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db.models import Order, Position, PositionLot
from db.repositories.accounts import Owner
from db.session import ReadSession, WriteSession
from domain.errors import InvariantViolation
from domain.ids import position_id, trade_id
from domain.money import Shares, Usdc
from domain.portfolio.lots import Lot, LotPart, take_oldest


async def lock_open_position(session: WriteSession, strategy_id: UUID, token_id: str) -> Position | None:
    """Needs the strategy's wallet locked before."""
    return await session.scalar(
        select(Position)
        .where(
            Position.strategy_id == strategy_id, Position.token_id == token_id, Position.closed_at.is_(None)
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def lock_position(session: WriteSession, position: UUID) -> Position | None:
    """Open or closed."""
    return await session.get(Position, position, with_for_update=True, populate_existing=True)


async def position_of_entry(session: ReadSession | WriteSession, order: Order) -> UUID | None:
    """The open position with shares of an entry order; None when there is none, or it sells."""
    if order.side != "BUY" or order.filled_shares == 0:
        return None
    return await session.scalar(
        select(Position.id)
        .join(PositionLot, PositionLot.position_id == Position.id)
        .where(PositionLot.entry_order_id == order.id, Position.closed_at.is_(None))
    )


async def add_shares(
    session: WriteSession, order: Order, shares: Shares, cost: Usdc, now: datetime
) -> Position:
    """What a fill of an entry order brought, fee inside `cost`: into its lot, in a position that may be new."""
    held = await lock_open_position(session, order.strategy_id, order.token_id)
    if held is None:
        held = await _open_position(session, order, now)
    held.shares += shares
    held.cost_amount += cost
    held.updated_at = now
    session.add(held)
    await session.flush()
    lot = upsert(PositionLot).values(
        id=trade_id(order.id),
        position_id=held.id,
        entry_order_id=order.id,
        shares=shares,
        cost_amount=cost,
        shares_left=shares,
        cost_left=cost,
        opened_at=now,
    )
    await session.execute(
        lot.on_conflict_do_update(
            index_elements=[PositionLot.id],
            set_={
                # All of it was sold and its position closed, then the rest of the order was filled.
                "position_id": held.id,
                "shares": PositionLot.shares + shares,
                "cost_amount": PositionLot.cost_amount + cost,
                "shares_left": PositionLot.shares_left + shares,
                "cost_left": PositionLot.cost_left + cost,
            },
        )
    )
    return held


async def _open_position(session: WriteSession, order: Order, now: datetime) -> Position:
    """Not written yet: a position without shares is a closed one."""
    last = await session.scalar(
        select(func.coalesce(func.max(Position.sequence), 0)).where(
            Position.strategy_id == order.strategy_id, Position.token_id == order.token_id
        )
    )
    sequence = (last or 0) + 1
    return Position(
        id=position_id(order.strategy_id, order.token_id, sequence),
        user_id=order.user_id,
        strategy_id=order.strategy_id,
        mode=order.mode,
        source=order.source,
        market_id=order.market_id,
        condition_id=order.condition_id,
        event_id=order.event_id,
        question=order.question,
        token_id=order.token_id,
        outcome=order.outcome,
        sequence=sequence,
        shares=Decimal(0),
        offered_shares=Decimal(0),
        cost_amount=Decimal(0),
        realised_pnl=Decimal(0),
        opened_at=now,
        closed_at=None,
        updated_at=now,
    )


async def offer(session: WriteSession, position: Position, shares: Shares, now: datetime) -> None:
    """Held → offered: reserved for one sell order. The rule `shares_held` has said that they are free."""
    position.offered_shares += shares
    position.updated_at = now
    await session.flush()


async def take_back_offer(session: WriteSession, position: Position, shares: Shares, now: datetime) -> None:
    """Offered → held: the sell order is final and did not sell them."""
    position.offered_shares -= shares
    position.updated_at = now
    await session.flush()


async def remove_shares(
    session: WriteSession, position: Position, shares: Shares, now: datetime
) -> tuple[LotPart, ...]:
    """Offered shares that were sold leave their lots, oldest first; a position without shares is closed."""
    if shares > position.offered_shares:
        raise InvariantViolation(f"{shares} shares sold, {position.offered_shares} were offered")
    rows = await open_lots(session, position.id)
    parts = take_oldest(
        [Lot(id=row.id, shares=Shares(row.shares_left), cost=Usdc(row.cost_left)) for row in rows], shares
    )
    by_id = {row.id: row for row in rows}
    for part in parts:
        by_id[part.lot_id].shares_left -= part.shares
        by_id[part.lot_id].cost_left -= part.cost
    position.offered_shares -= shares
    position.shares -= shares
    position.cost_amount -= sum((part.cost for part in parts), Decimal(0))
    position.updated_at = now
    if position.shares == 0:
        position.closed_at, position.close_reason = now, "sold"
    await session.flush()
    return parts


async def open_lots(session: WriteSession, position: UUID) -> Sequence[PositionLot]:
    """Oldest first. The position's lock keeps them still."""
    rows = await session.scalars(
        select(PositionLot)
        .where(PositionLot.position_id == position, PositionLot.shares_left > 0)
        .order_by(PositionLot.opened_at, PositionLot.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


@dataclass(frozen=True)
class HeldShares:
    """An open position in numbers."""

    strategy_id: UUID
    token_id: str
    shares: Shares
    cost: Usdc


async def shares_of(session: ReadSession | WriteSession, owner: Owner) -> list[HeldShares]:
    """Every open position of the user in this mode."""
    rows = await session.execute(
        select(Position.strategy_id, Position.token_id, Position.shares, Position.cost_amount).where(
            Position.user_id == owner.user_id, Position.mode == owner.mode, Position.closed_at.is_(None)
        )
    )
    return [HeldShares(row[0], row[1], Shares(row[2]), Usdc(row[3])) for row in rows]
