"""What an evaluation needs to know before it asks the venue anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from contracts.evaluation import Evaluate
from contracts.strategy import StrategyCounts
from db.models import ExitRequest, Order, StrategyContinuation, StrategyExecution, StrategyVersion
from db.prepared_statements import PreparedStatements
from db.repositories.continuations import longest_due
from db.session import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class StrategyNow:
    """The strategy as stored when the evaluation began."""

    user_id: UUID
    name: str
    mode: str
    run_seq: int
    version_id: UUID
    desired_state: str
    interval_seconds: int
    error_after: int
    last_number: int
    consecutive_failures: int
    degraded_reason: str | None
    next_execution_at: datetime | None
    counts: StrategyCounts
    trading_halted: bool = False
    """By the user, over all strategies."""


STRATEGY = """
SELECT user_id, name, mode, run_seq, version_id, desired_state, interval_seconds, error_after, last_number,
       consecutive_failures, degraded_reason, next_execution_at, total_executions, successful_executions, failed_executions,
       (SELECT count(*) FROM strategy_watchlists AS entry
        WHERE entry.strategy_id = strategies.id AND entry.removed_at IS NULL) AS watchlist_size,
       (SELECT count(*) FROM strategy_trades AS trade
        WHERE trade.strategy_id = strategies.id AND trade.closed_at IS NULL
          AND trade.status IN ('filled', 'partial')) AS active_trades,
       EXISTS (SELECT FROM trading_states AS trading
               WHERE trading.user_id = strategies.user_id AND trading.state = 'halted') AS trading_halted
FROM strategies WHERE id = $1 AND version_id IS NOT NULL
"""


async def load_strategy(prepared: PreparedStatements, strategy_id: UUID) -> StrategyNow | None:
    """None when the strategy is gone or has no version."""
    rows = await prepared.fetch(STRATEGY, strategy_id)
    if not rows:
        return None
    row = rows[0]
    return StrategyNow(
        user_id=row["user_id"],
        name=row["name"],
        mode=row["mode"],
        run_seq=row["run_seq"],
        version_id=row["version_id"],
        desired_state=row["desired_state"],
        interval_seconds=row["interval_seconds"],
        error_after=row["error_after"],
        last_number=row["last_number"],
        consecutive_failures=row["consecutive_failures"],
        degraded_reason=row["degraded_reason"],
        next_execution_at=row["next_execution_at"],
        counts=StrategyCounts(
            total_executions=row["total_executions"],
            successful_executions=row["successful_executions"],
            failed_executions=row["failed_executions"],
            watchlist_size=row["watchlist_size"],
            active_trades=row["active_trades"],
        ),
        trading_halted=row["trading_halted"],
    )


async def load_version(session: ReadSession, version_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """(graph, settings) of a version as stored. Raises NoResultFound when there is no such version."""
    row = (
        await session.execute(
            select(StrategyVersion.graph, StrategyVersion.settings).where(StrategyVersion.id == version_id)
        )
    ).one()
    return row.graph, row.settings


async def load_due_continuation(
    session: ReadSession, request: Evaluate, now: datetime
) -> StrategyContinuation | None:
    return await longest_due(session, request.strategy_id, request.run_seq, now)


async def stored_status(
    session: ReadSession | WriteSession, strategy_id: UUID, number: int, step: int
) -> str | None:
    """Status of an evaluation that was committed before; None when it was not."""
    return await session.scalar(
        select(StrategyExecution.status).where(
            StrategyExecution.strategy_id == strategy_id,
            StrategyExecution.number == number,
            StrategyExecution.step == step,
        )
    )


async def planned_orders(session: ReadSession | WriteSession, strategy_id: UUID) -> tuple[UUID, ...]:
    """Entries of the strategy that nothing has begun to work on, oldest first. What sells is begun by its position's guard."""
    rows = await session.scalars(
        select(Order.id)
        .where(Order.strategy_id == strategy_id, Order.status == "planned", Order.side == "BUY")
        .order_by(Order.created_at, Order.id)
    )
    return tuple(rows)


async def positions_to_sell(session: ReadSession | WriteSession, strategy_id: UUID) -> tuple[UUID, ...]:
    """Positions of the strategy with an exit that nothing has begun to work on."""
    rows = await session.scalars(
        select(ExitRequest.position_id)
        .where(
            ExitRequest.strategy_id == strategy_id,
            ExitRequest.done_at.is_(None),
            ExitRequest.status == "pending",
        )
        .distinct()
        .order_by(ExitRequest.position_id)
    )
    return tuple(rows)
