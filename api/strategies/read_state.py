"""The state of one strategy: the workflow's own word, or what the books say while nobody answers."""

import asyncio
from datetime import datetime
from uuid import UUID

from api.problem import not_found
from api.strategies.schemas import StateView
from api.strategies.view import uptime_seconds
from api.temporal_gateway import TemporalGateway, TemporalUnavailable, WorkflowMissing
from contracts.strategy import StrategyState
from db.repositories.strategy_views import StrategyRecord, find_strategy
from db.session import Database

SECONDS_MAX = 2.0


async def read_state(
    database: Database, gateway: TemporalGateway, user_id: UUID, strategy_id: UUID, now: datetime
) -> StateView:
    """Raises ApiProblem 404. `stale` while the strategy should have a workflow that answers and none does."""
    async with database.read() as session:
        record = await find_strategy(session, user_id, strategy_id)
    if record is None:
        raise not_found("strategy")
    at_rest = record.strategy.desired_state in ("draft", "stopped") and record.strategy.status in (
        "draft",
        "stopped",
    )
    if at_rest:
        return _from_books(record, now, stale=False)
    try:
        async with asyncio.timeout(SECONDS_MAX):
            state = await gateway.state(strategy_id)
    except (TemporalUnavailable, WorkflowMissing, TimeoutError):
        return _from_books(record, now, stale=True)
    if state.run_seq != record.strategy.run_seq:
        # A run before this one answered; it knows nothing of the last Start.
        return _from_books(record, now, stale=True)
    return _from_workflow(state, now)


def _from_workflow(state: StrategyState, now: datetime) -> StateView:
    # Time inside a workflow stands still between its tasks; the uptime goes on from there.
    since = max(0.0, (now - state.as_of).total_seconds()) if state.status == "running" else 0.0
    return StateView(
        source="workflow",
        as_of=now,
        stale=False,
        status=state.status,
        status_reason=state.status_reason,
        degraded=state.degraded,
        degraded_reason=state.degraded_reason,
        total_executions=state.counts.total_executions,
        successful_executions=state.counts.successful_executions,
        failed_executions=state.counts.failed_executions,
        watchlist_size=state.counts.watchlist_size,
        active_trades=state.counts.active_trades,
        uptime_seconds=float(state.uptime_seconds) + since,
        last_execution_at=state.last_execution_at,
        next_execution_at=state.next_execution_at,
        executing=state.executing,
        number=state.number,
    )


def _from_books(record: StrategyRecord, now: datetime, *, stale: bool) -> StateView:
    strategy = record.strategy
    return StateView(
        source="database",
        as_of=now,
        stale=stale,
        status=strategy.status,
        status_reason=strategy.status_reason,
        degraded=strategy.degraded_reason is not None,
        degraded_reason=strategy.degraded_reason,
        total_executions=strategy.total_executions,
        successful_executions=strategy.successful_executions,
        failed_executions=strategy.failed_executions,
        watchlist_size=record.watchlist_size,
        active_trades=record.active_trades,
        uptime_seconds=uptime_seconds(strategy, now),
        last_execution_at=strategy.last_executed_at,
        next_execution_at=strategy.next_execution_at,
        executing=False,
        number=strategy.last_number,
    )
