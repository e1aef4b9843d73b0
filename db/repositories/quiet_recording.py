"""Most executions find nothing to do: they are recorded by one statement. It does what record_evaluation would do for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from db.json_text import json_text
from db.prepared_statements import PreparedStatements
from db.repositories.evaluation_events import events_of
from db.repositories.evaluation_record import NOTHING_TO_DO, Carried, EvaluationRecord
from db.repositories.events import CHANNEL
from db.repositories.watchlist_verdicts import CHANGED_VERDICTS, verdict_rows

# Everything hangs on `counted`: what is not quiet after all (the run is over, it was recorded before, something expired, the
# strategy was unwell) leaves it empty, and with it the whole statement without effect.
RECORD = f"""
WITH counted AS (
  UPDATE strategies SET
    state_version = state_version + 1, updated_at = $8, last_number = $3, last_executed_at = $7,
    next_execution_at = CASE WHEN next_execution_at IS NOT DISTINCT FROM $21 THEN $13 ELSE next_execution_at END,
    total_executions = total_executions + 1,
    successful_executions = successful_executions + 1, consecutive_failures = 0
  WHERE id = $1 AND run_seq = $2 AND last_number < $3 AND degraded_reason IS NULL
    AND NOT EXISTS (
      SELECT FROM strategy_watchlists AS entry
      WHERE entry.strategy_id = $1 AND entry.removed_at IS NULL AND NOT entry.pinned AND entry.expires_at <= $7
    )
  RETURNING id, user_id
), executed AS (
  INSERT INTO strategy_executions (
    strategy_id, number, step, trigger, run_seq, version_id, scheduled_for, started_at, finished_at, on_time,
    missed_before, status, summary, nodes, evidence, engine_build
  )
  SELECT id, $3, 0, $4, $2, $5, $6, $7, $8, $9, $20, 'succeeded', $14, $10, $11, $12 FROM counted
), kept AS (
  INSERT INTO evidence (day, digest, body)
  SELECT $16, digest, body FROM counted, unnest($17::text[], $18::bytea[]) AS new (digest, body)
  ON CONFLICT DO NOTHING
), told AS (
  INSERT INTO strategy_events (user_id, strategy_id, kind, message, data, timeline)
  SELECT counted.user_id, counted.id, event.kind, event.message, event.data, event.timeline
  FROM counted, ROWS FROM (
    jsonb_to_recordset($15::jsonb) AS (kind text, message text, data jsonb, timeline boolean)
  ) WITH ORDINALITY AS event (kind, message, data, timeline, place)
  ORDER BY event.place
), judged AS (
  UPDATE strategy_watchlists AS entry SET verdicts = entry.verdicts || said.changed
  FROM counted, ({CHANGED_VERDICTS.format(verdicts="$19::jsonb", strategy_id="$1")}) AS said
  WHERE entry.id = said.id
)
SELECT pg_notify('{CHANNEL}', ''), (
  SELECT min(due_at) FROM strategy_continuations
  WHERE strategy_id = $1 AND run_seq = $2 AND status = 'waiting' AND due_at IS NOT NULL
) AS next_due
FROM counted
"""


@dataclass(frozen=True, slots=True)
class RecordedQuietly:
    next_due: datetime | None
    """When the earliest waiting continuation of this run is due."""


async def record_quietly(prepared: PreparedStatements, record: EvaluationRecord) -> RecordedQuietly | None:
    """Records an execution for which `may_be_quiet` holds. None when nothing was written: record_evaluation knows why."""
    bodies = sorted(dict(record.evidence_bodies).items())
    nodes = record.decision.nodes if record.decision is not None else ()
    try:
        rows = await prepared.fetch(
            RECORD,
            record.strategy_id,
            record.run_seq,
            record.number,
            record.trigger,
            record.version_id,
            record.scheduled_for,
            record.started_at,
            record.finished_at,
            record.on_time,
            json_text(record.nodes),
            json_text(record.evidence),
            record.engine_build,
            record.next_execution_at,
            NOTHING_TO_DO,
            json_text(_told(record)),
            record.started_at.date(),
            [digest for digest, _ in bodies],
            [body for _, body in bodies],
            json_text(verdict_rows(record.number, nodes, record.started_at)) if record.watching else "[]",
            record.missed_before,
            record.next_execution_before,
        )
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError):
        # Said by the other way of recording, whose errors the caller knows.
        return None
    return RecordedQuietly(rows[0]["next_due"]) if rows else None


def _told(record: EvaluationRecord) -> list[dict[str, Any]]:
    words = ("kind", "message", "data", "timeline")
    return [{word: event[word] for word in words} for event in events_of(record, Carried(), None)]
