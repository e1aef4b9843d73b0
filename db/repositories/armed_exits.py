"""The exit rules that a price watcher guards, with all that judging them needs, and what they remember."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from asyncpg import Record
from pydantic import ValidationError

from db.json_text import json_text
from db.prepared_statements import PreparedStatements
from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.exit_rules import Guarded, RuleMemory
from domain.portfolio.watched_exits import ArmedRule, Progress

log = structlog.get_logger("db.armed_exits")

SHARD = "('x' || substr(md5(position.token_id), 1, 8))::bit(32)::bigint % $2::bigint = $3::bigint"
"""domain.market.shard.shard_of in SQL."""

# Six decimals: entry prices come from costs in whole micro-dollars, and what lies below is rounding, not price.
# Bound to the partial indexes of open positions: what is closed costs nothing here.
ARMED = f"""
SELECT rule.position_id, rule.settings, rule.sequence, rule.peak_price, rule.activated_at,
       position.token_id, position.market_id, position.opened_at, held.entry_price, resolution.ends_at
FROM positions AS position
JOIN position_exits AS rule ON rule.position_id = position.id AND rule.state = 'armed'
CROSS JOIN LATERAL (
  SELECT round(sum(lot.shares_left * trade.entry_price) / sum(lot.shares_left), 6) AS entry_price
  FROM position_lots AS lot JOIN strategy_trades AS trade ON trade.id = lot.id
  WHERE lot.position_id = position.id AND lot.shares_left > 0 AND trade.entry_price > 0
) AS held
LEFT JOIN market_resolutions AS resolution
  ON resolution.market_id = position.market_id AND resolution.source = position.source
WHERE position.closed_at IS NULL AND position.source = $1 AND held.entry_price IS NOT NULL
  AND resolution.final_at IS NULL AND ($2::bigint = 1 OR {SHARD})
  AND ($4::text[] IS NULL OR position.token_id = ANY ($4))
"""

HOLDERS = """
SELECT DISTINCT user_id FROM positions AS position WHERE position.closed_at IS NULL AND position.id = ANY ($1)
"""

UNTOUCHED = f"""
SELECT DISTINCT position.id, position.strategy_id
FROM positions AS position JOIN exit_requests AS request ON request.position_id = position.id
WHERE position.closed_at IS NULL AND position.source = $1 AND ($2::bigint = 1 OR {SHARD})
  AND request.done_at IS NULL AND request.attempts = 0
"""

# Rows that somebody else works on are left for the next time: no waiting, and no deadlock with who locks a position's rules.
SAVE = """
WITH seen AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb)
  AS one (position_id uuid, rule text, sequence int, peak numeric, activated_at timestamptz)
), free AS (
  SELECT exits.position_id, exits.rule, seen.peak, seen.activated_at
  FROM position_exits AS exits JOIN seen USING (position_id, rule, sequence)
  WHERE exits.state = 'armed'
  FOR UPDATE OF exits SKIP LOCKED
)
UPDATE position_exits AS exits
SET peak_price = greatest(exits.peak_price, free.peak),
    activated_at = coalesce(exits.activated_at, free.activated_at)
FROM free WHERE exits.position_id = free.position_id AND exits.rule = free.rule
RETURNING exits.position_id, exits.rule
"""


@dataclass(frozen=True)
class Shard:
    """Tokens of `source` whose hash falls to `number` of `of`."""

    source: str
    number: int = 0
    of: int = 1


@dataclass(frozen=True)
class LoadedRule:
    """`ends_at` in `armed.guarded` is None where nobody asked about the market yet."""

    armed: ArmedRule
    market_id: str


async def armed_exits(
    prepared: PreparedStatements, shard: Shard, token_ids: Collection[str] | None = None
) -> list[LoadedRule]:
    """Every armed rule of an open position whose market is not final; only those of `token_ids`, if given."""
    tokens = None if token_ids is None else list(token_ids)
    rows = await prepared.fetch(ARMED, shard.source, shard.of, shard.number, tokens)
    return [rule for row in rows if (rule := _rule_of(row)) is not None]


def _rule_of(row: Record) -> LoadedRule | None:
    """None for one that cannot be read: it must not leave all others unwatched."""
    try:
        rule = ExitRule.model_validate_json(row["settings"])
    except ValidationError as error:
        log.error("exit rule unreadable", position_id=str(row["position_id"]), error=str(error)[:200])
        return None
    guarded = Guarded(Price(row["entry_price"]), row["opened_at"], row["ends_at"])
    memory = RuleMemory(row["peak_price"], row["activated_at"])
    armed = ArmedRule(row["position_id"], row["token_id"], rule, row["sequence"], guarded, memory)
    return LoadedRule(armed, row["market_id"])


async def save_progress(
    prepared: PreparedStatements, progress: Collection[Progress]
) -> frozenset[tuple[UUID, str]]:
    """Which were saved: not those that are locked just now, nor those that are no longer armed. Peaks never fall."""
    if not progress:
        return frozenset()
    rows = await prepared.fetch(SAVE, json_text(list(_rows_of(progress))))
    return frozenset((row["position_id"], row["rule"]) for row in rows)


def _rows_of(progress: Iterable[Progress]) -> Iterator[dict[str, object]]:
    for one in progress:
        yield {
            "position_id": str(one.armed.position_id),
            "rule": one.armed.rule.rule,
            "sequence": one.armed.sequence,
            "peak": None if one.peak is None else str(one.peak),
            "activated_at": _stamp(one.activated_at),
        }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


async def holders_of(prepared: PreparedStatements, position_ids: Collection[UUID]) -> list[UUID]:
    """Users with open positions among these."""
    return [row["user_id"] for row in await prepared.fetch(HOLDERS, list(position_ids))]


async def untouched_requests(prepared: PreparedStatements, shard: Shard) -> list[tuple[UUID, UUID]]:
    """Positions, with their strategy, that somebody asked to leave and whose guard may not know it."""
    rows = await prepared.fetch(UNTOUCHED, shard.source, shard.of, shard.number)
    return [(row["id"], row["strategy_id"]) for row in rows]
