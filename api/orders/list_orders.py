"""Orders of one strategy."""

from uuid import UUID

from api.orders.schemas import OrderView, RiskCheckView
from api.page import Page
from api.page_by_time import after_time, time_cursor
from api.strategies.read_strategy import require_strategy
from db.models import Order
from db.repositories import trade_views
from db.session import Database


def _view(order: Order) -> OrderView:
    return OrderView(
        id=order.id,
        number=order.number,
        step=order.step,
        node_id=order.node_id,
        market_id=order.market_id,
        question=order.question,
        outcome=order.outcome,
        side=order.side,
        amount=order.amount,
        status=order.status,
        status_rule=order.status_rule,
        status_reason=order.status_reason,
        risk_checks=[RiskCheckView.model_validate(check) for check in order.risk_checks],
        filled_shares=order.filled_shares,
        filled_amount=order.filled_amount,
        fee=order.fee,
        average_price=order.average_price,
        reason=order.reason,
        created_at=order.created_at,
        final_at=order.final_at,
    )


async def list_orders(
    database: Database, user_id: UUID, strategy_id: UUID, *, limit: int, cursor: str | None
) -> Page[OrderView]:
    """Newest first, denied ones too. Raises ApiProblem 404."""
    after = after_time(cursor)
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        orders = await trade_views.list_orders(session, strategy_id, after=after, limit=limit + 1)
    shown = orders[:limit]
    more = len(orders) > limit
    return Page(
        items=[_view(order) for order in shown],
        next_cursor=time_cursor(shown[-1].created_at, shown[-1].id) if more else None,
    )
