"""Positions with what they are worth now."""

from collections.abc import Sequence
from uuid import UUID

from api.page import Page
from api.page_by_time import after_time, time_cursor
from api.pnl.read_quotes import Quotes, read_quotes
from api.positions.schemas import PositionDetail, PositionView
from api.positions.view import held_of, lot_view, position_view, request_view
from api.problem import not_found
from api.strategies.read_strategy import require_strategy
from db.repositories import position_views
from db.repositories.position_views import PositionRecord, Which
from db.session import Database
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.ports import MarketData


async def list_positions(
    database: Database,
    markets: MarketData,
    user_id: UUID,
    strategy_id: UUID | None,
    which: Which,
    *,
    limit: int,
    cursor: str | None,
) -> Page[PositionView]:
    """Opened last first. Raises ApiProblem 404."""
    after = after_time(cursor)
    async with database.read() as session:
        if strategy_id is not None:
            await require_strategy(session, user_id, strategy_id)
        found = await position_views.list_positions(
            session, user_id, strategy_id=strategy_id, which=which, after=after, limit=limit + 1
        )
    shown = found[:limit]
    quotes = await _quotes(markets, shown)
    more = len(found) > limit
    return Page(
        items=[position_view(record, quotes) for record in shown],
        next_cursor=time_cursor(shown[-1].position.opened_at, shown[-1].position.id) if more else None,
    )


async def read_position(
    database: Database, markets: MarketData, user_id: UUID, position_id: UUID
) -> PositionDetail:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        record = await position_views.find_position(session, user_id, position_id)
        if record is None:
            raise not_found("position")
        lots = await position_views.lots_of(session, position_id)
        past = await position_views.past_requests(session, position_id)
    view = position_view(record, await _quotes(markets, [record]))
    return PositionDetail(
        **dict(view),
        lots=[lot_view(lot, price) for lot, price in lots],
        past_requests=[request_view(request) for request in past],
    )


async def _quotes(markets: MarketData, records: Sequence[PositionRecord]) -> Quotes | None:
    """None when the venue does not answer."""
    try:
        return await read_quotes(
            markets, [held_of(record) for record in records if record.position.closed_at is None]
        )
    except (MarketDataUnavailable, MarketDataRefused):
        return None
