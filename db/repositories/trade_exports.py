"""All trades of a strategy or of a user, page by page, for files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_

from db.models import Strategy, StrategyTrade
from db.session import ReadSession


@dataclass(frozen=True)
class Span:
    """Of when trades were made: from `begin` on, before `end`; None is without end."""

    begin: datetime | None
    end: datetime | None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.begin is not None:
            found.append(StrategyTrade.created_at >= self.begin)
        if self.end is not None:
            found.append(StrategyTrade.created_at < self.end)
        return found


async def names_of(session: ReadSession, user_id: UUID, strategy_id: UUID | None) -> dict[UUID, str]:
    """The user's strategies, oldest first, or the one."""
    query = select(Strategy.id, Strategy.name).where(Strategy.user_id == user_id)
    if strategy_id is not None:
        query = query.where(Strategy.id == strategy_id)
    rows = await session.execute(query.order_by(Strategy.created_at, Strategy.id))
    return {row[0]: row[1] for row in rows}


async def count_trades(session: ReadSession, strategies: Sequence[UUID], span: Span, limit: int) -> int:
    """Counted up to the limit."""
    some = (
        select(StrategyTrade.id)
        .where(StrategyTrade.strategy_id.in_(strategies), *span.conditions())
        .limit(limit)
        .subquery()
    )
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def next_trades(
    session: ReadSession, strategy_id: UUID, span: Span, after: StrategyTrade | None, limit: int
) -> Sequence[StrategyTrade]:
    """Oldest first, behind `after`."""
    query = select(StrategyTrade).where(StrategyTrade.strategy_id == strategy_id, *span.conditions())
    if after is not None:
        query = query.where(
            tuple_(StrategyTrade.created_at, StrategyTrade.id) > tuple_(after.created_at, after.id)
        )
    rows = await session.scalars(query.order_by(StrategyTrade.created_at, StrategyTrade.id).limit(limit))
    return list(rows)
