"""Orders of one strategy, or of all."""

from uuid import UUID

from api.orders.schemas import OrderView
from api.orders.view import order_view
from api.page import Page
from api.page_by_time import after_time, time_cursor
from api.strategies.read_strategy import require_strategy
from db.repositories import trade_views
from db.repositories.trade_views import WhichOrders
from db.session import Database


async def list_orders(
    database: Database,
    user_id: UUID,
    strategy_id: UUID | None,
    which: WhichOrders = "all",
    *,
    limit: int,
    cursor: str | None,
) -> Page[OrderView]:
    """Newest first, denied ones too. Raises ApiProblem 404."""
    after = after_time(cursor)
    async with database.read() as session:
        if strategy_id is not None:
            await require_strategy(session, user_id, strategy_id)
        orders = await trade_views.list_orders(
            session, user_id, strategy_id, which, after=after, limit=limit + 1
        )
    shown = orders[:limit]
    more = len(orders) > limit
    return Page(
        items=[order_view(order) for order in shown],
        next_cursor=time_cursor(shown[-1].created_at, shown[-1].id) if more else None,
    )
