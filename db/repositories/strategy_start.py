"""Everything a strategy's workflow starts with, read from Postgres: enough to rebuild it when Temporal forgot."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, func, or_, select, union

from contracts.strategy import StrategyInput
from db.models import ExitRequest, Order, Position, Strategy
from db.repositories.continuations import next_due
from db.repositories.counts import strategy_counts
from db.session import ReadSession, WriteSession
from domain.strategy.lifecycle import Status

RUN_SEQ_MAX = 2**31 - 1
"""Of a deleted strategy every run is over."""
UNHEARD = timedelta(seconds=10)
"""An exit that is due so long and not begun: the word to its guard was lost."""


def starting_status(strategy: Strategy) -> Status:
    """Where the workflow begins: what the user wants, except that an error stays one until somebody resumes."""
    if strategy.desired_state == "paused":
        return "paused"
    return "error" if strategy.status == "error" else "running"


def _is_recorded(strategy: Strategy, status: Status) -> bool:
    """The engine already wrote this status for this run: nothing to tell anybody again."""
    return strategy.status == status and (status != "running" or strategy.running_since is not None)


async def strategy_input(session: ReadSession | WriteSession, strategy_id: UUID) -> StrategyInput | None:
    """None when the strategy does not exist or nobody wants it to run."""
    strategy = await session.get(Strategy, strategy_id)
    if strategy is None or strategy.desired_state not in ("running", "paused"):
        return None
    status = starting_status(strategy)
    recorded = _is_recorded(strategy, status)
    return StrategyInput(
        strategy_id=strategy.id,
        user_id=strategy.user_id,
        name=strategy.name,
        mode=strategy.mode,
        run_seq=strategy.run_seq,
        interval_seconds=strategy.interval_seconds,
        status=status,
        status_reason=strategy.status_reason,
        degraded_reason=strategy.degraded_reason,
        next_number=strategy.last_number + 1,
        uptime_seconds=strategy.uptime_seconds,
        running_since=strategy.running_since if status == "running" and recorded else None,
        recorded=recorded,
        last_execution_at=strategy.last_executed_at,
        next_execution_at=strategy.next_execution_at,
        next_continuation_at=await next_due(session, strategy_id),
        counts=await strategy_counts(session, strategy_id),
    )


class Wanted(NamedTuple):
    """A strategy that a workflow must exist for, in this run, doing what is desired."""

    strategy_id: UUID
    desired_state: str
    run_seq: int


async def alive_strategies(session: ReadSession) -> list[Wanted]:
    """Every strategy that a workflow must exist for, oldest first."""
    rows = await session.execute(
        select(Strategy.id, Strategy.desired_state, Strategy.run_seq)
        .where(Strategy.desired_state.in_(("running", "paused")))
        .order_by(Strategy.created_at)
    )
    return [Wanted(*row) for row in rows]


async def unended_strategies(session: ReadSession) -> list[tuple[UUID, int]]:
    """(id, run_seq) of every strategy that was stopped and whose last run has not said that it ended."""
    rows = await session.execute(
        select(Strategy.id, Strategy.run_seq).where(
            Strategy.desired_state == "stopped", Strategy.status.in_(("running", "paused", "error"))
        )
    )
    return [(row.id, row.run_seq) for row in rows]


async def last_run(session: ReadSession, strategy_id: UUID) -> int | None:
    """Number of the last run of a strategy that nobody wants to run; None when somebody does."""
    row = (
        await session.execute(
            select(Strategy.run_seq, Strategy.desired_state).where(Strategy.id == strategy_id)
        )
    ).first()
    if row is None:
        return RUN_SEQ_MAX
    return None if row.desired_state in ("running", "paused") else row.run_seq


async def open_orders(session: ReadSession) -> list[tuple[UUID, UUID]]:
    """(order id, strategy id) of every order that is not final, oldest first; a sale that is only planned is begun by the
    guard of its position."""
    rows = await session.execute(
        select(Order.id, Order.strategy_id)
        .where(Order.final_at.is_(None), or_(Order.side == "BUY", Order.status != "planned"))
        .order_by(Order.created_at)
    )
    return [(row.id, row.strategy_id) for row in rows]


class Guarding(NamedTuple):
    """`asked`: an exit of the position is due and nobody has begun with it for a while."""

    position_id: UUID
    strategy_id: UUID
    asked: bool


async def positions_to_guard(session: ReadSession, now: datetime) -> list[Guarding]:
    """Every open position, whatever its strategy does, oldest first; and closed ones with a request or a sale that its guard
    did not live to end: nobody else would."""
    asked = (
        select(ExitRequest.id)
        .where(
            ExitRequest.position_id == Position.id,
            ExitRequest.status == "pending",
            func.coalesce(ExitRequest.next_attempt_at, ExitRequest.created_at) < now - UNHEARD,
        )
        .exists()
    )
    guarded: CompoundSelect[Any] = union(
        select(Position.id).where(Position.closed_at.is_(None)),
        select(ExitRequest.position_id).where(ExitRequest.done_at.is_(None)),
        select(Order.position_id).where(Order.final_at.is_(None), Order.side == "SELL"),
    )
    rows = await session.execute(
        select(Position.id, Position.strategy_id, asked)
        .where(Position.id.in_(guarded))
        .order_by(Position.opened_at, Position.id)
    )
    return [Guarding(*row) for row in rows]
