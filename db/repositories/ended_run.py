"""The end of a run whose workflow cannot say so: Temporal lost it, or it was never started."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from contracts.evaluation import RecordStatus
from db.repositories.strategy_settings import lock_row
from db.repositories.strategy_status import record_status
from db.session import WriteSession


async def record_ended(session: WriteSession, strategy_id: UUID, run_seq: int, now: datetime) -> None:
    """Writes that the run is stopped, as its workflow would; nothing when a newer run was started or none is to end."""
    strategy = await lock_row(session, strategy_id)
    if strategy is None or strategy.desired_state != "stopped":
        return
    uptime = strategy.uptime_seconds
    if strategy.running_since is not None:
        uptime += Decimal(str(max(0.0, (now - strategy.running_since).total_seconds())))
    await record_status(
        session,
        RecordStatus(
            strategy_id=strategy_id,
            run_seq=run_seq,
            status="stopped",
            reason=None,
            uptime_seconds=str(uptime),
            running_since=None,
            next_execution_at=None,
            at=now,
        ),
    )
