"""Deletes evidence that only executions without effects saw."""

from datetime import UTC, date, datetime, time

from sqlalchemy import text

from db.session import WriteSession

STATEMENT_TIMEOUT = "10min"

# Effects of any step keep the evidence of all steps of that execution: together they explain what was done. What still
# waits may have an effect yet. A Notify node that was reached has told something. An `answer` is one digest, or one for
# each token.
DELETE = """
WITH acting AS (
    SELECT strategy_id, number FROM strategy_executions
    WHERE watchlist_added > 0 OR watchlist_removed > 0 OR order_ids <> '[]'::jsonb
       OR nodes @> '[{"type": "notify"}]'::jsonb
    UNION
    SELECT strategy_id, number FROM strategy_continuations WHERE status = 'waiting'
), seen AS (
    SELECT (execution.started_at AT TIME ZONE 'UTC')::date AS day, asked -> 'answer' AS answer
    FROM strategy_executions AS execution
    JOIN acting USING (strategy_id, number)
    CROSS JOIN LATERAL jsonb_array_elements(execution.evidence) AS asked
    WHERE execution.started_at >= :since AND execution.started_at < :before
), kept AS (
    SELECT day, answer #>> '{}' AS digest FROM seen WHERE jsonb_typeof(answer) = 'string'
    UNION
    SELECT day, token.value FROM seen
    CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(answer) WHEN 'object' THEN answer ELSE '{}' END) AS token
)
DELETE FROM evidence
WHERE evidence.day >= :first_day AND evidence.day < :last_day
  AND NOT EXISTS (SELECT FROM kept WHERE kept.day = evidence.day AND kept.digest = evidence.digest)
"""


async def delete_quiet_evidence(session: WriteSession, since: date, before: date) -> None:
    """Of the days from `since` to the day before `before` (UTC)."""
    await session.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
    await session.execute(
        text(DELETE),
        {
            "first_day": since,
            "last_day": before,
            "since": datetime.combine(since, time(), UTC),
            "before": datetime.combine(before, time(), UTC),
        },
    )
