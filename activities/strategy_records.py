"""The workflow's word on where a strategy stands, written to the books."""

import structlog
from temporalio import activity

from activities.failures import translated_failures
from contracts.evaluation import RecordStatus
from db.repositories.strategy_status import record_status
from db.session import Database

log = structlog.get_logger("activities.strategy_records")


class StrategyRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="record_status")
    async def record_status(self, record: RecordStatus) -> None:
        """Stores status and uptime; the same record twice changes nothing more."""
        async with translated_failures(), self._database.write() as session:
            await record_status(session, record)
        log.info("status recorded", strategy_id=str(record.strategy_id), status=record.status)
