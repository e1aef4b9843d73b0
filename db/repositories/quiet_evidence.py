"""Deletes evidence that only executions without effects saw."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, text

from db.models import Evidence
from db.repositories.quiet_executions import ACTING
from db.session import ReadSession, WriteSession

STATEMENT_TIMEOUT = "10min"

# An `answer` is one digest, or one for each token.
DELETE = f"""
WITH seen AS (
    SELECT asked -> 'answer' AS answer
    FROM strategy_executions AS execution
    CROSS JOIN LATERAL jsonb_array_elements(execution.evidence) AS asked
    WHERE execution.started_at >= :since AND execution.started_at < :before AND {ACTING}
), kept AS (
    SELECT answer #>> '{{}}' AS digest FROM seen WHERE jsonb_typeof(answer) = 'string'
    UNION
    SELECT token.value FROM seen
    CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(answer) WHEN 'object' THEN answer ELSE '{{}}' END) AS token
)
DELETE FROM evidence
WHERE evidence.day = :day AND NOT EXISTS (SELECT FROM kept WHERE kept.digest = evidence.digest)
"""

# What was asked and the digests of the answers are worth nothing without the answers, and larger than all else in the row.
FORGET = f"""
UPDATE strategy_executions SET evidence = '[]'::jsonb WHERE ctid = ANY(ARRAY(
    SELECT execution.ctid FROM strategy_executions AS execution
    WHERE execution.started_at >= :since AND execution.started_at < :before AND execution.evidence <> '[]'::jsonb
      AND NOT {ACTING}
    LIMIT :limit
))
"""


async def first_day(session: ReadSession, since: date) -> date | None:
    """Of the evidence there is from `since` on."""
    return await session.scalar(select(func.min(Evidence.day)).where(Evidence.day >= since))


async def delete_quiet_evidence(session: WriteSession, day: date) -> None:
    """Of one day (UTC)."""
    await session.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
    begins = datetime.combine(day, time(), UTC)
    await session.execute(text(DELETE), {"day": day, "since": begins, "before": begins + timedelta(days=1)})


async def forget_quiet_answers(session: WriteSession, day: date, limit: int) -> int:
    """Of how many executions of one day (UTC), `limit` at most, was forgotten what they asked."""
    begins = datetime.combine(day, time(), UTC)
    forgotten = await session.execute(
        text(FORGET), {"since": begins, "before": begins + timedelta(days=1), "limit": limit}
    )
    return cast(CursorResult[Any], forgotten).rowcount
