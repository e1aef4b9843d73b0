"""What a P&L summary needs beside money and positions: closed trades, and what the day began with."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from db.models import DayOpening, StrategyTrade
from db.session import ReadSession
from domain.money import Usdc
from domain.portfolio.day_pnl import Opening


class ClosedTrades(NamedTuple):
    """Trades of which nothing is left; `won` of them with a profit after fees."""

    closed: int
    won: int


async def closed_trades(session: ReadSession, strategies: Sequence[UUID]) -> ClosedTrades:
    """Together. An entry that got no shares is cancelled, not closed."""
    row = (
        await session.execute(
            select(func.count(), func.count().filter(StrategyTrade.pnl > 0)).where(
                StrategyTrade.strategy_id.in_(strategies), StrategyTrade.status == "settled"
            )
        )
    ).one()
    return ClosedTrades(row[0], row[1])


async def day_openings(session: ReadSession, strategies: Sequence[UUID], day: date) -> dict[UUID, Opening]:
    """Of those strategies whose day somebody looked at already."""
    rows = await session.scalars(
        select(DayOpening).where(DayOpening.strategy_id.in_(strategies), DayOpening.day == day)
    )
    return {
        row.strategy_id: Opening(equity=Usdc(row.equity_amount), allocated=Usdc(row.allocated_amount))
        for row in rows
    }
