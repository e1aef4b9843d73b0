"""The execution log, newest first, and one execution in full."""

from collections.abc import Sequence
from uuid import UUID

from api.executions.schemas import (
    ExecutionDetail,
    ExecutionVersionView,
    ExecutionView,
    NodeView,
    StepView,
    WaitingView,
)
from api.housekeeping import QUIET_EXECUTIONS_KEPT
from api.page import Page, bad_cursor, decode_cursor, encode_cursor
from api.problem import ApiProblem, not_found
from api.strategies.read_strategy import require_strategy
from db.models import StrategyContinuation, StrategyExecution
from db.repositories import execution_views
from db.repositories.execution_views import ExecutionRecord
from db.session import Database, ReadSession


def _fields(record: ExecutionRecord) -> ExecutionView:
    execution = record.execution
    duration = execution.finished_at - execution.started_at
    return ExecutionView(
        number=execution.number,
        trigger=execution.trigger,
        status=execution.status,
        scheduled_for=execution.scheduled_for,
        started_at=execution.started_at,
        finished_at=execution.finished_at,
        duration_ms=round(duration.total_seconds() * 1000),
        on_time=execution.on_time,
        missed_before=execution.missed_before,
        summary=execution.summary,
        error_message=execution.error_message,
        error_node_id=execution.error_node_id,
        watchlist_added=record.watchlist_added,
        watchlist_removed=record.watchlist_removed,
        orders=record.orders,
        steps=record.steps,
    )


async def list_executions(
    database: Database, user_id: UUID, strategy_id: UUID, *, limit: int, cursor: str | None
) -> Page[ExecutionView]:
    """Raises ApiProblem 404."""
    key = decode_cursor(cursor, 1)
    if key is not None and not key[0].isdecimal():
        raise bad_cursor()
    before = min(int(key[0]), 2**31 - 1) if key is not None else None
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        records = await execution_views.list_executions(session, strategy_id, before=before, limit=limit + 1)
    shown = records[:limit]
    more = len(records) > limit
    return Page(
        items=[_fields(record) for record in shown],
        next_cursor=encode_cursor(shown[-1].execution.number) if more else None,
    )


async def read_execution(
    database: Database, user_id: UUID, strategy_id: UUID, number: int
) -> ExecutionDetail:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        await require_strategy(session, user_id, strategy_id)
        record = await execution_views.find_execution(session, strategy_id, number)
        if record is None:
            raise await _missing(session, strategy_id, number)
        steps = await execution_views.execution_steps(session, strategy_id, number)
        waiting = await execution_views.waiting_continuations(session, strategy_id, number)
        version = await execution_views.find_version(session, record.execution.version_id)
    if version is None:
        raise not_found("execution")
    return ExecutionDetail(
        **_fields(record).model_dump(),
        version=ExecutionVersionView(id=version.id, number=version.number),
        steps_detail=[_step(step, _behind(step, steps, waiting)) for step in steps],
    )


async def _missing(session: ReadSession, strategy_id: UUID, number: int) -> ApiProblem:
    last = await execution_views.last_number(session, strategy_id)
    if not 0 < number <= last:
        return not_found("execution")
    days = QUIET_EXECUTIONS_KEPT.days
    detail = (
        f"Execution {number} is not kept any more: those that changed nothing are deleted after {days} days."
    )
    return ApiProblem(404, "not_found", detail)


def _behind(
    step: StrategyExecution,
    steps: Sequence[StrategyExecution],
    waiting: Sequence[StrategyContinuation],
) -> list[StrategyContinuation]:
    """The continuations this step asked for: it is the last one before theirs that reached their node."""

    def asker(continuation: StrategyContinuation) -> int:
        reached = [
            candidate.step
            for candidate in steps
            if candidate.step < continuation.step
            and any(node.get("node_id") == continuation.node_id for node in candidate.nodes)
        ]
        return max(reached, default=0)

    return [continuation for continuation in waiting if asker(continuation) == step.step]


def _step(step: StrategyExecution, waiting: Sequence[StrategyContinuation]) -> StepView:
    return StepView(
        step=step.step,
        trigger=step.trigger,
        started_at=step.started_at,
        status=step.status,
        error_message=step.error_message,
        nodes=[NodeView.model_validate(node) for node in step.nodes],
        order_ids=step.order_ids,
        waiting=[
            WaitingView(
                node_id=continuation.node_id,
                port=continuation.port,
                due_at=continuation.due_at,
                order_id=continuation.order_id,
                items=len(continuation.items),
            )
            for continuation in waiting
        ],
    )
