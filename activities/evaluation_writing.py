"""Makes an evaluation true: by one statement when nothing happened, else in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from activities.evaluation_outcome import counts_after
from contracts.strategy import StrategyCounts
from db.repositories.continuations import next_due
from db.repositories.counts import strategy_counts
from db.repositories.evaluation_loading import StrategyNow, planned_orders, positions_to_sell
from db.repositories.evaluation_record import NOTHING_TO_DO, EvaluationRecord
from db.repositories.evaluation_recording import record_evaluation
from db.repositories.quiet_recording import record_quietly
from db.session import Database


@dataclass(frozen=True, slots=True)
class Written:
    """What the books say after it."""

    counts: StrategyCounts
    next_due: datetime | None
    order_ids: tuple[UUID, ...]
    summary: str
    guard_ids: tuple[UUID, ...] = ()


async def write_evaluation(
    database: Database, strategy: StrategyNow, record: EvaluationRecord, attempt: int
) -> Written | None:
    """None when it was written before, or the run is over: nothing was changed."""
    if attempt == 1 and record.may_be_quiet:
        quiet = await record_quietly(database.prepared, record)
        if quiet is not None:
            return Written(counts_after(strategy, record), quiet.next_due, (), NOTHING_TO_DO)
    async with database.write() as session:
        carried = await record_evaluation(session, record)
        if carried is None:
            return None
        counts = counts_after(strategy, record)
        if not carried.quiet:
            counts = await strategy_counts(session, record.strategy_id)
        begun = tuple(carried.entry_ids)
        guards = tuple(dict.fromkeys(written.position_id for written in carried.exits))
        if attempt > 1:
            # An attempt before this one may have planned orders that nobody was told of.
            begun = await planned_orders(session, record.strategy_id)
            guards = await positions_to_sell(session, record.strategy_id)
        due = await next_due(session, record.strategy_id)
        return Written(counts, due, begun, record.error_message or carried.summary(), guards)
