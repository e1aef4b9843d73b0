"""Executions as the log shows them: one row per number, with what its continuations added."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from db.models import Strategy, StrategyContinuation, StrategyExecution, StrategyVersion
from db.session import ReadSession

_WITHOUT_LARGE = (defer(StrategyExecution.nodes), defer(StrategyExecution.evidence))


@dataclass(frozen=True)
class ExecutionRecord:
    """Step 0, and totals over all steps of this number."""

    execution: StrategyExecution
    steps: int
    orders: int
    watchlist_added: int
    watchlist_removed: int


async def list_executions(
    session: ReadSession, strategy_id: UUID, *, before: int | None, limit: int
) -> Sequence[ExecutionRecord]:
    """Newest first, with numbers below `before`. Without nodes and evidence: those are large."""
    query = select(StrategyExecution.number).where(
        StrategyExecution.strategy_id == strategy_id, StrategyExecution.step == 0
    )
    if before is not None:
        query = query.where(StrategyExecution.number < before)
    numbers = list(await session.scalars(query.order_by(StrategyExecution.number.desc()).limit(limit)))
    return await _records(session, strategy_id, numbers)


async def _records(
    session: ReadSession, strategy_id: UUID, numbers: Sequence[int]
) -> Sequence[ExecutionRecord]:
    if not numbers:
        return []
    mine = (StrategyExecution.strategy_id == strategy_id, StrategyExecution.number.in_(numbers))
    totals = {
        row.number: row
        for row in await session.execute(
            select(
                StrategyExecution.number,
                func.count().label("steps"),
                func.sum(func.jsonb_array_length(StrategyExecution.order_ids)).label("orders"),
                func.sum(StrategyExecution.watchlist_added).label("added"),
                func.sum(StrategyExecution.watchlist_removed).label("removed"),
            )
            .where(*mine)
            .group_by(StrategyExecution.number)
        )
    }
    first = await session.scalars(
        select(StrategyExecution)
        .where(*mine, StrategyExecution.step == 0)
        .order_by(StrategyExecution.number.desc())
        .options(*_WITHOUT_LARGE)
    )
    return [
        ExecutionRecord(
            execution=execution,
            steps=totals[execution.number].steps,
            orders=totals[execution.number].orders,
            watchlist_added=totals[execution.number].added,
            watchlist_removed=totals[execution.number].removed,
        )
        for execution in first
    ]


async def find_execution(session: ReadSession, strategy_id: UUID, number: int) -> ExecutionRecord | None:
    records = await _records(session, strategy_id, [number])
    return records[0] if records else None


async def execution_steps(
    session: ReadSession, strategy_id: UUID, number: int
) -> Sequence[StrategyExecution]:
    """All steps with their nodes, in order."""
    rows = await session.scalars(
        select(StrategyExecution)
        .where(StrategyExecution.strategy_id == strategy_id, StrategyExecution.number == number)
        .order_by(StrategyExecution.step)
        .options(defer(StrategyExecution.evidence))
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def waiting_continuations(
    session: ReadSession, strategy_id: UUID, number: int
) -> Sequence[StrategyContinuation]:
    rows = await session.scalars(
        select(StrategyContinuation)
        .where(
            StrategyContinuation.strategy_id == strategy_id,
            StrategyContinuation.number == number,
            StrategyContinuation.status == "waiting",
        )
        .order_by(StrategyContinuation.step)
    )
    return list(rows)


async def last_number(session: ReadSession, strategy_id: UUID) -> int:
    """Of the newest execution; those before it may have been deleted."""
    return await session.scalar(select(Strategy.last_number).where(Strategy.id == strategy_id)) or 0


async def find_version(session: ReadSession, version_id: UUID) -> StrategyVersion | None:
    return await session.get(StrategyVersion, version_id)
