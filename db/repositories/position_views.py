"""Positions as pages show them: with their strategy's name, their average price, exit rules and requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, case, func, select, tuple_

from db.models import ExitRequest, Position, PositionExit, PositionLot, Strategy, StrategyTrade
from db.repositories.trade_views import After
from db.session import ReadSession, WriteSession

Which = Literal["open", "closed", "all"]
HISTORY_SHOWN = 50


@dataclass(frozen=True)
class PositionRecord:
    """`average_price`: of the shares held, without fees; of a closed position of all that were bought."""

    position: Position
    strategy_name: str
    average_price: Decimal | None
    exits: Sequence[PositionExit]
    requests: Sequence[ExitRequest]
    """Open ones, oldest first."""


async def list_positions(
    session: ReadSession,
    user_id: UUID,
    *,
    strategy_id: UUID | None,
    which: Which,
    after: After,
    limit: int,
) -> list[PositionRecord]:
    """Opened last first."""
    query = _positions(user_id)
    if strategy_id is not None:
        query = query.where(Position.strategy_id == strategy_id)
    if which != "all":
        closed = Position.closed_at
        query = query.where(closed.is_(None) if which == "open" else closed.is_not(None))
    if after is not None:
        query = query.where(tuple_(Position.opened_at, Position.id) < tuple_(*after))
    query = query.order_by(Position.opened_at.desc(), Position.id.desc()).limit(limit)
    rows = [(row[0], row[1]) for row in await session.execute(query)]
    return await _records(session, rows)


async def find_position(
    session: ReadSession | WriteSession, user_id: UUID, position_id: UUID
) -> PositionRecord | None:
    """None also when it is somebody else's."""
    rows = await session.execute(_positions(user_id).where(Position.id == position_id))
    found = await _records(session, [(row[0], row[1]) for row in rows])
    return found[0] if found else None


def _positions(user_id: UUID) -> Select[Position, str]:
    return (
        select(Position, Strategy.name)
        .join(Strategy, Strategy.id == Position.strategy_id)
        .where(Position.user_id == user_id)
        .execution_options(populate_existing=True)
    )


async def _records(
    session: ReadSession | WriteSession, rows: Sequence[tuple[Position, str]]
) -> list[PositionRecord]:
    ids = [position.id for position, _ in rows]
    if not ids:
        return []
    prices = await _average_prices(session, ids)
    exits = await session.scalars(
        select(PositionExit)
        .where(PositionExit.position_id.in_(ids))
        .order_by(PositionExit.rule)
        .execution_options(populate_existing=True)
    )
    requests = await session.scalars(
        select(ExitRequest)
        .where(ExitRequest.position_id.in_(ids), ExitRequest.done_at.is_(None))
        .order_by(ExitRequest.created_at, ExitRequest.id)
        .execution_options(populate_existing=True)
    )
    all_exits, all_requests = list(exits), list(requests)
    return [
        PositionRecord(
            position=position,
            strategy_name=name,
            average_price=prices.get(position.id),
            exits=[each for each in all_exits if each.position_id == position.id],
            requests=[each for each in all_requests if each.position_id == position.id],
        )
        for position, name in rows
    ]


async def _average_prices(
    session: ReadSession | WriteSession, ids: Sequence[UUID]
) -> dict[UUID, Decimal | None]:
    counted = case((Position.closed_at.is_(None), PositionLot.shares_left), else_=PositionLot.shares)
    rows = await session.execute(
        select(
            PositionLot.position_id,
            func.sum(counted * StrategyTrade.entry_price) / func.nullif(func.sum(counted), 0),
        )
        .join(Position, Position.id == PositionLot.position_id)
        .join(StrategyTrade, StrategyTrade.id == PositionLot.id)
        .where(PositionLot.position_id.in_(ids))
        .group_by(PositionLot.position_id)
    )
    return {row[0]: Decimal(row[1]) if row[1] is not None else None for row in rows}


async def lots_of(session: ReadSession, position_id: UUID) -> list[tuple[PositionLot, Decimal | None]]:
    """Oldest first, each with its average price without fees."""
    rows = await session.execute(
        select(PositionLot, StrategyTrade.entry_price)
        .outerjoin(StrategyTrade, StrategyTrade.id == PositionLot.id)
        .where(PositionLot.position_id == position_id)
        .order_by(PositionLot.opened_at, PositionLot.id)
    )
    return [(row[0], row[1]) for row in rows]


async def past_requests(session: ReadSession, position_id: UUID) -> list[ExitRequest]:
    """The newest that are over, newest first."""
    rows = await session.scalars(
        select(ExitRequest)
        .where(ExitRequest.position_id == position_id, ExitRequest.done_at.is_not(None))
        .order_by(ExitRequest.done_at.desc(), ExitRequest.id)
        .limit(HISTORY_SHOWN)
    )
    return list(rows)


@dataclass(frozen=True)
class OpenPositionId:
    position_id: UUID
    strategy_id: UUID


async def open_positions_of(
    session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID | None, before: datetime
) -> list[OpenPositionId]:
    """Of one strategy, or of all the user has, by id: the order in which they are locked."""
    query = select(Position.id, Position.strategy_id).where(
        Position.user_id == user_id, Position.closed_at.is_(None), Position.opened_at <= before
    )
    if strategy_id is not None:
        query = query.where(Position.strategy_id == strategy_id)
    rows = await session.execute(query.order_by(Position.id))
    return [OpenPositionId(row[0], row[1]) for row in rows]
