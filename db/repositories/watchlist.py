"""The watchlist: activities and the API change it through the same functions, under the strategy's row lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, func, select, text, update

from db.json_text import json_text
from db.models import StrategyWatchlist
from db.session import WriteSession
from domain.ids import watchlist_entry_id
from domain.money import plain
from domain.strategy.decision import AddToWatchlist, RemoveFromWatchlist
from domain.strategy.settings import WatchlistRules

# One statement for any number of rows, so that it is compiled and prepared once.
ADD = (
    text(
        """
    INSERT INTO strategy_watchlists (id, strategy_id, market_id, question, added_at, reason, expires_at, metadata)
    SELECT entry.id, :strategy_id, entry.market_id, entry.question, :added_at, entry.reason, entry.expires_at, entry.metadata
    FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS entry
      (id uuid, market_id text, question text, reason text, expires_at timestamptz, metadata jsonb)
    ON CONFLICT DO NOTHING
    RETURNING id
    """
    )
    .bindparams(bindparam("strategy_id", type_=Uuid), bindparam("added_at", type_=DateTime(timezone=True)))
    .columns(id=Uuid)
)


@dataclass(frozen=True, slots=True)
class Left:
    """An entry that is on the watchlist no more."""

    market_id: str
    question: str
    reason: str


async def add_entries(
    session: WriteSession,
    strategy_id: UUID,
    number: int,
    step: int,
    effects: Iterable[AddToWatchlist],
    now: datetime,
    rules: WatchlistRules,
) -> tuple[list[AddToWatchlist], list[AddToWatchlist]]:
    """Writes the effects; those that were not on the watchlist yet, and those a full watchlist turned away."""
    wanted = list(effects)
    room = max(0, rules.cap - await _size(session, strategy_id)) if wanted else 0
    turned_away = wanted[room:]
    by_id = {watchlist_entry_id(strategy_id, number, step, e.node_id, e.market_id): e for e in wanted[:room]}
    if not by_id:
        return [], turned_away
    rows = [
        {
            "id": entry_id,
            "market_id": effect.market_id,
            "question": effect.question,
            "reason": effect.reason,
            "expires_at": expiry(rules, now, effect.ends_at),
            "metadata": {
                "number": number,
                "node_id": effect.node_id,
                **{
                    name: plain(value)
                    for name in ("price", "volume", "liquidity", "spread")
                    if (value := getattr(effect, name)) is not None
                },
            },
        }
        for entry_id, effect in by_id.items()
    ]
    written = await session.scalars(
        ADD, {"strategy_id": strategy_id, "added_at": now, "entries": json_text(rows)}
    )
    added = set(written)
    return [effect for entry_id, effect in by_id.items() if entry_id in added], turned_away


def expiry(rules: WatchlistRules, added_at: datetime, ends_at: datetime | None) -> datetime | None:
    """The rule's age or the market's end, whichever comes first; an end that is past already does not count."""
    by_age = added_at + timedelta(hours=rules.expire_after_hours) if rules.expire_after_hours else None
    known = [moment for moment in (by_age, ends_at) if moment is not None and moment > added_at]
    return min(known) if known else None


async def _size(session: WriteSession, strategy_id: UUID) -> int:
    counted = await session.scalar(
        select(func.count()).where(
            StrategyWatchlist.strategy_id == strategy_id, StrategyWatchlist.removed_at.is_(None)
        )
    )
    return counted or 0


async def expire_entries(session: WriteSession, strategy_id: UUID, now: datetime) -> list[Left]:
    """Takes off what expired and is not pinned."""
    gone = await session.execute(
        update(StrategyWatchlist)
        .where(
            StrategyWatchlist.strategy_id == strategy_id,
            StrategyWatchlist.removed_at.is_(None),
            StrategyWatchlist.pinned.is_(False),
            StrategyWatchlist.expires_at <= now,
        )
        .values(removed_at=now, removed_reason="it expired", removed_by="expiry")
        .returning(StrategyWatchlist.market_id, StrategyWatchlist.question)
    )
    return [Left(row.market_id, row.question, "it expired") for row in gone]


async def remove_markets(
    session: WriteSession, strategy_id: UUID, effects: Iterable[RemoveFromWatchlist], now: datetime
) -> list[Left]:
    """Takes the markets off the watchlist; those that were on it."""
    gone = []
    for effect in effects:
        question = await session.scalar(
            update(StrategyWatchlist)
            .where(
                StrategyWatchlist.strategy_id == strategy_id,
                StrategyWatchlist.market_id == effect.market_id,
                StrategyWatchlist.removed_at.is_(None),
            )
            .values(removed_at=now, removed_reason=effect.reason, removed_by="node")
            .returning(StrategyWatchlist.question)
        )
        if question is not None:
            gone.append(Left(effect.market_id, question, effect.reason))
    return gone


async def remove_entry(
    session: WriteSession, strategy_id: UUID, entry_id: UUID, removed_by: str, reason: str, now: datetime
) -> str | None:
    """Takes one active entry off; its market's question, or None when there is no such active entry."""
    removed = await session.execute(
        update(StrategyWatchlist)
        .where(
            StrategyWatchlist.id == entry_id,
            StrategyWatchlist.strategy_id == strategy_id,
            StrategyWatchlist.removed_at.is_(None),
        )
        .values(removed_at=now, removed_reason=reason, removed_by=removed_by)
        .returning(StrategyWatchlist.question)
    )
    return removed.scalar_one_or_none()
