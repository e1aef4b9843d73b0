"""One strategy, its graph, and lists of strategies."""

from datetime import datetime
from uuid import UUID

from api.page import bad_cursor, decode_cursor, encode_cursor
from api.parts import Source
from api.problem import not_found
from api.strategies.schemas import (
    GraphView,
    StatusCounts,
    StrategyPage,
    StrategySort,
    StrategyStatus,
    StrategyView,
)
from api.strategies.view import strategy_view
from db.repositories import on_time, strategy_views
from db.session import Database, ReadSession, WriteSession
from domain.graph.graph import Graph


async def require_strategy(session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID) -> None:
    """Raises ApiProblem 404 unless the user has this strategy."""
    if not await strategy_views.owns_strategy(session, user_id, strategy_id):
        raise not_found("strategy")


async def view_in(
    session: ReadSession | WriteSession, user_id: UUID, strategy_id: UUID, source: Source, now: datetime
) -> StrategyView:
    """Raises ApiProblem 404."""
    record = await strategy_views.find_strategy(session, user_id, strategy_id)
    if record is None:
        raise not_found("strategy")
    return strategy_view(record, source, now, await on_time.on_time_counts(session, strategy_id, now))


async def read_strategy(
    database: Database, user_id: UUID, strategy_id: UUID, source: Source, now: datetime
) -> StrategyView:
    async with database.read() as session:
        return await view_in(session, user_id, strategy_id, source, now)


async def read_graph(database: Database, user_id: UUID, strategy_id: UUID) -> GraphView:
    async with database.read() as session:
        version = await strategy_views.current_version(session, user_id, strategy_id)
    if version is None:
        raise not_found("strategy")
    return GraphView(version_id=version.id, number=version.number, graph=Graph.model_validate(version.graph))


async def list_strategies(
    database: Database,
    user_id: UUID,
    *,
    status: StrategyStatus | None,
    sort: StrategySort,
    limit: int,
    cursor: str | None,
    source: Source,
    now: datetime,
) -> StrategyPage:
    key = decode_cursor(cursor, 3)
    after = None
    if key is not None:
        try:
            after = (strategy_views.parse_key(sort, key[1]), UUID(key[2]))
        except (ValueError, ArithmeticError):
            raise bad_cursor() from None
        if key[0] != sort:
            raise bad_cursor()
    async with database.read() as session:
        records = await strategy_views.list_strategies(
            session, user_id, status=status, sort=sort, after=after, limit=limit + 1
        )
        counts = await strategy_views.status_counts(session, user_id)
    shown = records[:limit]
    more = len(records) > limit
    return StrategyPage(
        counts=StatusCounts.model_validate(counts),
        items=[strategy_view(record, source, now) for record in shown],
        next_cursor=encode_cursor(sort, shown[-1].sort_key, shown[-1].strategy.id) if more else None,
    )
