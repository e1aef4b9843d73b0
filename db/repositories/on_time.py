"""How many executions were due and how many of them ran on time: the 99 % goal, per strategy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, cast, func, select

from db.models import StrategyExecution
from db.session import ReadSession, WriteSession

DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class OnTimeCounts:
    """Recorded executions only; slots that are overdue right now come on top."""

    due_day: int
    on_time_day: int
    due_month: int
    on_time_month: int


async def on_time_counts(
    session: ReadSession | WriteSession, strategy_id: UUID, now: datetime
) -> OnTimeCounts:
    """Scheduled executions (step 0) with `scheduled_for` in the window, each with those missed before it."""
    recent = StrategyExecution.scheduled_for > now - DAY
    due = func.sum(1 + StrategyExecution.missed_before)

    def whole(counted: ColumnElement[int]) -> ColumnElement[int]:
        return cast(func.coalesce(counted, 0), Integer)

    row = (
        await session.execute(
            select(
                whole(due.filter(recent)),
                func.count().filter(recent, StrategyExecution.on_time),
                whole(due),
                func.count().filter(StrategyExecution.on_time),
            ).where(
                StrategyExecution.strategy_id == strategy_id,
                StrategyExecution.step == 0,
                StrategyExecution.trigger == "schedule",
                StrategyExecution.scheduled_for > now - MONTH,
                StrategyExecution.scheduled_for <= now,
            )
        )
    ).one()
    return OnTimeCounts(*row)
