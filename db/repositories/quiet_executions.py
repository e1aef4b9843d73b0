"""Executions that did nothing: their rows go after a while, those with effects stay."""

from datetime import datetime

from sqlalchemy import text

from db.session import WriteSession

# Effects of any step keep all steps of that execution: together they explain what was done. What still waits may have
# an effect yet. A Notify node that was reached has told something. Asked of a row of strategy_executions as `execution`.
# OFFSET 0: looked up row by row; without it Postgres would read the whole table to make one hash of all that acted.
ACTING = """(
    EXISTS (
        SELECT FROM strategy_executions AS step
        WHERE step.strategy_id = execution.strategy_id AND step.number = execution.number
          AND (step.watchlist_added > 0 OR step.watchlist_removed > 0 OR step.order_ids <> '[]'::jsonb
               OR step.nodes @> '[{"type": "notify"}]'::jsonb)
        OFFSET 0
    ) OR EXISTS (
        SELECT FROM strategy_continuations AS waiting
        WHERE waiting.strategy_id = execution.strategy_id AND waiting.number = execution.number
          AND waiting.status = 'waiting'
        OFFSET 0
    )
)"""

DELETE = f"""
DELETE FROM strategy_executions WHERE ctid = ANY(ARRAY(
    SELECT execution.ctid FROM strategy_executions AS execution
    WHERE execution.started_at >= :since AND execution.started_at < :before AND NOT {ACTING}
    ORDER BY execution.started_at LIMIT :limit
))
RETURNING started_at
"""


async def delete_quiet_executions(
    session: WriteSession, since: datetime, before: datetime, limit: int
) -> datetime | None:
    """The oldest `limit` of those that began in between; from where to go on, None when there are no more."""
    rows = await session.execute(text(DELETE), {"since": since, "before": before, "limit": limit})
    began: list[datetime] = [row.started_at for row in rows]
    return max(began) if len(began) == limit else None
