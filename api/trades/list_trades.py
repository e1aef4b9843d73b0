"""Trades of one strategy."""

from uuid import UUID

from api.page import Page
from api.page_by_time import after_time, time_cursor
from api.strategies.read_strategy import require_strategy
from api.trades.schemas import TradeOrderView, TradeView
from db.models import Order, StrategyTrade
from db.repositories import trade_views
from db.session import Database


def _view(trade: StrategyTrade, order: Order) -> TradeView:
    return TradeView(
        id=trade.id,
        market_id=trade.market_id,
        question=trade.question,
        outcome=trade.outcome,
        amount=trade.amount,
        cost=trade.cost,
        shares=trade.shares,
        fee=trade.fee,
        order_type=trade.order_type,
        status=trade.status,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        pnl=trade.pnl,
        filled_at=trade.filled_at,
        closed_at=trade.closed_at,
        created_at=trade.created_at,
        number=trade.number,
        node_id=trade.node_id,
        source=trade.source,
        mode=trade.mode,
        order=TradeOrderView(
            id=order.id,
            status=order.status,
            status_rule=order.status_rule,
            status_reason=order.status_reason,
        ),
    )


async def list_trades(
    database: Database, user_id: UUID, strategy_id: UUID, *, limit: int, cursor: str | None
) -> Page[TradeView]:
    """Newest first. Raises ApiProblem 404."""
    after = after_time(cursor)
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        rows = await trade_views.list_trades(session, strategy_id, after=after, limit=limit + 1)
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[_view(trade, order) for trade, order in shown],
        next_cursor=time_cursor(shown[-1][0].created_at, shown[-1][0].id) if more else None,
    )
