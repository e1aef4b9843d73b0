"""Where the engine says a strategy stands."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from contracts.evaluation import RecordStatus
from db.models import Strategy
from db.repositories.continuations import drop_continuations
from db.repositories.events import add_event
from db.session import WriteSession

WORDS = {
    "running": ("strategy_started", "Started"),
    "paused": ("strategy_paused", "Paused"),
    "stopped": ("strategy_stopped", "Stopped"),
    "error": ("strategy_error", "Paused itself after repeated failures"),
}


async def record_status(session: WriteSession, record: RecordStatus) -> None:
    """Stores the status; a repeated record of the same status writes no second event, a record of an older run only drops what it left waiting."""
    before = (
        await session.execute(
            select(
                Strategy.user_id,
                Strategy.name,
                Strategy.status,
                Strategy.run_seq,
                Strategy.started_at,
                Strategy.pause_reason,
            )
            .where(Strategy.id == record.strategy_id)
            .with_for_update()
        )
    ).first()
    if before is None:
        return
    if record.status == "stopped":
        await drop_continuations(session, record.strategy_id, record.run_seq, record.at)
    if before.run_seq != record.run_seq:
        return
    if record.status == "paused" and record.reason is None:
        # The workflow only hears "paused"; why a rule did it is in the books.
        record = record.model_copy(update={"reason": before.pause_reason})
    await session.execute(
        update(Strategy)
        .where(Strategy.id == record.strategy_id)
        .values(**_columns(record, before.status, before.started_at))
    )
    if before.status != record.status:
        await _tell(session, before.user_id, record, before.status)


def _columns(record: RecordStatus, status_before: str, started_at: datetime | None) -> dict[str, object]:
    columns: dict[str, object] = {
        "status": record.status,
        "status_reason": record.reason,
        "uptime_seconds": Decimal(record.uptime_seconds),
        "running_since": record.running_since,
        "next_execution_at": record.next_execution_at,
        "last_activity_at": record.at,
        "updated_at": record.at,
        "state_version": Strategy.state_version + 1,
    }
    if record.status == "running":
        columns["started_at"] = started_at or record.at
    if status_before == "error" and record.status != "error":
        columns["consecutive_failures"] = 0
    if record.status == "stopped":
        columns |= {"stopped_at": record.at, "degraded_reason": None}
    return columns


async def _tell(session: WriteSession, user_id: UUID, record: RecordStatus, status_before: str) -> None:
    kind, message = WORDS[record.status]
    if record.status == "running" and status_before in ("paused", "error"):
        kind, message = "strategy_resumed", "Resumed"
    if record.reason:
        message = f"{message}: {record.reason}"
    await add_event(
        session,
        user_id=user_id,
        strategy_id=record.strategy_id,
        kind=kind,
        message=message,
        data={"status": record.status},
    )


async def mark_degraded(session: WriteSession, strategy_id: UUID, run_seq: int, reason: str) -> None:
    """Something the run needs is unwell; the next evaluation that works clears it. People are told when it begins."""
    before = (
        await session.execute(
            select(Strategy.user_id, Strategy.degraded_reason)
            .where(Strategy.id == strategy_id, Strategy.run_seq == run_seq)
            .with_for_update()
        )
    ).first()
    if before is None:
        return
    await session.execute(update(Strategy).where(Strategy.id == strategy_id).values(degraded_reason=reason))
    if before.degraded_reason is None:
        await add_event(
            session,
            user_id=before.user_id,
            strategy_id=strategy_id,
            kind="strategy_degraded",
            message=reason,
        )


async def set_next_execution(session: WriteSession, strategy_id: UUID, run_seq: int, at: datetime) -> None:
    """For the pages: when this run means to execute next."""
    await session.execute(
        update(Strategy)
        .where(Strategy.id == strategy_id, Strategy.run_seq == run_seq)
        .values(next_execution_at=at)
    )
