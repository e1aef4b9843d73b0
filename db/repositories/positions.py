"""What a strategy holds: its active trades, added up per outcome."""

from uuid import UUID

from sqlalchemy import func, select

from db.models import StrategyTrade
from db.session import ReadSession
from domain.money import Price, Shares, Usdc
from domain.strategy.requests import HeldPosition


async def held_positions(session: ReadSession, strategy_id: UUID) -> tuple[HeldPosition, ...]:
    """Oldest first. The entry price is the average over the shares, without fees."""
    shares = func.sum(StrategyTrade.shares)
    rows = await session.execute(
        select(
            StrategyTrade.market_id,
            StrategyTrade.token_id,
            func.max(StrategyTrade.outcome).label("outcome"),
            shares.label("shares"),
            func.sum(StrategyTrade.cost).label("cost"),
            (func.sum(StrategyTrade.shares * StrategyTrade.entry_price) / shares).label("entry_price"),
            func.min(StrategyTrade.filled_at).label("opened_at"),
        )
        .where(
            StrategyTrade.strategy_id == strategy_id,
            StrategyTrade.closed_at.is_(None),
            StrategyTrade.status.in_(("filled", "partial")),
            StrategyTrade.shares > 0,
            StrategyTrade.entry_price.is_not(None),
            StrategyTrade.filled_at.is_not(None),
        )
        .group_by(StrategyTrade.market_id, StrategyTrade.token_id)
        .order_by(func.min(StrategyTrade.filled_at), StrategyTrade.token_id)
    )
    return tuple(
        HeldPosition(
            market_id=row.market_id,
            token_id=row.token_id,
            outcome=row.outcome,
            shares=Shares(row.shares),
            cost=Usdc(row.cost),
            entry_price=Price(row.entry_price),
            opened_at=row.opened_at,
        )
        for row in rows
    )
