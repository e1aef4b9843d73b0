"""The totals of one strategy, as the books say."""

from uuid import UUID

from sqlalchemy import Select, func, select

from contracts.strategy import StrategyCounts
from db.models import Strategy, StrategyTrade, StrategyWatchlist
from db.session import ReadSession, WriteSession


def watchlist_size() -> Select[int]:
    return (
        select(func.count())
        .where(StrategyWatchlist.strategy_id == Strategy.id, StrategyWatchlist.removed_at.is_(None))
        .correlate(Strategy)
    )


def active_trades() -> Select[int]:
    return (
        select(func.count())
        .where(
            StrategyTrade.strategy_id == Strategy.id,
            StrategyTrade.closed_at.is_(None),
            StrategyTrade.status.in_(("filled", "partial")),
        )
        .correlate(Strategy)
    )


async def strategy_counts(session: ReadSession | WriteSession, strategy_id: UUID) -> StrategyCounts:
    """Counts of a strategy that exists; all zero for one that does not."""
    row = (
        await session.execute(
            select(
                Strategy.total_executions,
                Strategy.successful_executions,
                Strategy.failed_executions,
                watchlist_size().scalar_subquery().label("watchlist_size"),
                active_trades().scalar_subquery().label("active_trades"),
            ).where(Strategy.id == strategy_id)
        )
    ).first()
    return StrategyCounts(**row._mapping) if row is not None else StrategyCounts()
