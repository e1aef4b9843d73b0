"""A strategy's standing, into and out of the argument that starts its workflow and lets it continue as new, and for the books."""

from datetime import datetime, timedelta
from typing import Any

from contracts.evaluation import RecordStatus
from contracts.strategy import StrategyInput
from domain.strategy.lifecycle import Standing


def standing_at_start(start: StrategyInput) -> Standing:
    return Standing(
        strategy_id=start.strategy_id,
        interval=timedelta(seconds=start.interval_seconds),
        status=start.status,
        reason=start.status_reason,
        uptime_seconds=start.uptime_seconds,
        running_since=start.running_since,
        next_execution_at=start.next_execution_at,
        next_continuation_at=start.next_continuation_at,
    )


def carried_standing(standing: Standing) -> dict[str, Any]:
    """Fields of StrategyInput."""
    return {
        "interval_seconds": int(standing.interval.total_seconds()),
        "status": standing.status,
        "status_reason": standing.reason,
        "uptime_seconds": standing.uptime_seconds,
        "running_since": standing.running_since,
        "next_execution_at": standing.next_execution_at,
        "next_continuation_at": standing.next_continuation_at,
    }


def standing_record(standing: Standing, run_seq: int, at: datetime) -> RecordStatus:
    return RecordStatus(
        strategy_id=standing.strategy_id,
        run_seq=run_seq,
        status=standing.status,
        reason=standing.reason,
        uptime_seconds=str(standing.uptime_seconds),
        running_since=standing.running_since,
        next_execution_at=standing.next_execution_at,
        at=at,
    )
