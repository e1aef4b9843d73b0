"""How markets stand that somebody holds or has orders in: one row each, written when something changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, or_, select, union
from sqlalchemy.dialects.postgresql import insert

from db.models import MarketResolution, Order, Position
from db.repositories.events import add_events
from db.session import ReadSession, WriteSession
from domain.market.market import Market
from domain.market.resolution import Resolution, ResolutionState
from domain.money import plain

SEEN_TO = timedelta(minutes=5)
"""`seen_at` is written this often; a row per market and round would be mostly that."""


@dataclass(frozen=True)
class JudgedMarket:
    """What the venue said of a market, and what that means."""

    market: Market
    resolution: Resolution


@dataclass(frozen=True)
class Change:
    """A market stands otherwise than it did."""

    market_id: str
    before: ResolutionState
    now: ResolutionState
    worth_telling: bool
    """Not only the outcome that leads by price became clear."""


@dataclass(frozen=True)
class EndedMarket:
    """A market with its last word. `payouts`: token id → 0, 1 or 0.5; `winner` is None when it was void."""

    market_id: str
    source: str
    question: str
    payouts: Mapping[str, Decimal]
    winner: str | None


def _open_here(source: str) -> tuple[Select[Any], Select[Any]]:
    return (
        select(Position.market_id).where(Position.closed_at.is_(None), Position.source == source),
        select(Order.market_id).where(Order.final_at.is_(None), Order.source == source),
    )


async def markets_to_look_at(session: ReadSession, source: str) -> list[str]:
    """Of open positions and orders that are not final, as far as their last word is not known."""
    involved = union(*_open_here(source)).subquery()
    ended = exists().where(
        MarketResolution.market_id == involved.c.market_id,
        MarketResolution.source == source,
        MarketResolution.final_at.is_not(None),
    )
    rows = await session.scalars(select(involved.c.market_id).where(~ended).order_by(involved.c.market_id))
    return list(rows)


async def ended_with_something_open(session: ReadSession, source: str) -> list[EndedMarket]:
    """Markets with a last word in which a position or an order is still open."""
    positions, orders = _open_here(source)
    rows = await session.scalars(
        select(MarketResolution)
        .where(
            MarketResolution.source == source,
            MarketResolution.final_at.is_not(None),
            or_(MarketResolution.market_id.in_(positions), MarketResolution.market_id.in_(orders)),
        )
        .order_by(MarketResolution.market_id)
    )
    return [
        EndedMarket(
            market_id=row.market_id,
            source=row.source,
            question=row.question,
            payouts={token: Decimal(paid) for token, paid in (row.payouts or {}).items()},
            winner=row.winner,
        )
        for row in rows
    ]


async def record_seen(
    session: WriteSession, source: str, seen: Sequence[JudgedMarket], now: datetime
) -> list[Change]:
    """Writes what is new, and tells holders of proposals and disputes; what changed. A last word is never replaced."""
    by_id = {each.market.id: each for each in seen}
    if not by_id:
        return []
    await session.execute(
        insert(MarketResolution)
        .values([_new_row(by_id[market_id], source, now) for market_id in sorted(by_id)])
        .on_conflict_do_nothing()
    )
    rows = await session.scalars(
        select(MarketResolution)
        .where(MarketResolution.source == source, MarketResolution.market_id.in_(by_id))
        .order_by(MarketResolution.market_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    changes: list[Change] = []
    for row in list(rows):
        each = by_id[row.market_id]
        if row.final_at is not None:
            continue
        _note(row, each.market, now)
        if _differs(row, each.resolution):
            changes.append(_change(row, each, now))
    await session.flush()
    await _tell_holders(session, source, [by_id[each.market_id] for each in changes if each.worth_telling])
    return changes


def _new_row(seen: JudgedMarket, source: str, now: datetime) -> dict[str, Any]:
    """As an open market: what it is beyond that is a change like every other."""
    market = seen.market
    return {
        "market_id": market.id,
        "source": source,
        "condition_id": market.condition_id,
        "question": market.question,
        "state": ResolutionState.OPEN.value,
        "history": [],
        "ends_at": market.end_at,
        "seen_at": now,
        "changed_at": now,
    }


def _note(row: MarketResolution, market: Market, now: datetime) -> None:
    row.ends_at, row.question = market.end_at, market.question
    if now - row.seen_at >= SEEN_TO:
        row.seen_at = now


def _differs(row: MarketResolution, resolution: Resolution) -> bool:
    """A new word of the venue, or another outcome that leads clearly."""
    leads = resolution.proposed_outcome
    return _is_new_word(row, resolution) or (leads is not None and leads != row.proposed_outcome)


def _is_new_word(row: MarketResolution, resolution: Resolution) -> bool:
    """Another state, or another round of proposals."""
    known = row.history[-1]["statuses"] if row.history else []
    return row.state != resolution.state.value or (
        resolution.state is not ResolutionState.OPEN and known != list(resolution.statuses)
    )


def _change(row: MarketResolution, seen: JudgedMarket, now: datetime) -> Change:
    resolution = seen.resolution
    change = Change(
        row.market_id,
        ResolutionState(row.state),
        resolution.state,
        worth_telling=_is_new_word(row, resolution) or row.proposed_outcome is not None,
    )
    row.state, row.changed_at, row.seen_at = resolution.state.value, now, now
    row.proposed_outcome = resolution.proposed_outcome
    if resolution.payouts is not None:
        row.payouts = {token: plain(paid) for token, paid in resolution.payouts.items()}
        row.winner = _winner(seen)
        row.final_at = now
    row.history = [
        *row.history,
        {
            "state": row.state,
            "proposed_outcome": row.proposed_outcome,
            "statuses": list(resolution.statuses),
            "at": now.isoformat(),
        },
    ]
    return change


def _winner(seen: JudgedMarket) -> str | None:
    token = seen.resolution.winner
    return next((each.name for each in seen.market.outcomes if each.token_id == token), None)


async def _tell_holders(session: WriteSession, source: str, changed: Sequence[JudgedMarket]) -> None:
    told = {
        each.market.id: each
        for each in changed
        if each.resolution.state in (ResolutionState.PROPOSED, ResolutionState.DISPUTED)
    }
    if not told:
        return
    holders = await session.execute(
        select(Position.market_id, Position.user_id, Position.strategy_id)
        .where(Position.market_id.in_(told), Position.source == source, Position.closed_at.is_(None))
        .distinct()
        .order_by(Position.market_id, Position.strategy_id)
    )
    await add_events(
        session,
        [
            {
                "user_id": user_id,
                "strategy_id": strategy_id,
                "kind": f"market_{told[market_id].resolution.state.value}",
                "message": _sentence(told[market_id]),
                "data": {
                    "market_id": market_id,
                    "state": told[market_id].resolution.state.value,
                    "outcome": told[market_id].resolution.proposed_outcome,
                },
                "timeline": True,
            }
            for market_id, user_id, strategy_id in holders
        ],
    )


def _sentence(seen: JudgedMarket) -> str:
    question, leads = seen.market.question, seen.resolution.proposed_outcome
    if seen.resolution.state is ResolutionState.DISPUTED:
        return (
            f"The result proposed for “{question}” is disputed; the capital stays in it until the last word"
        )
    outcome = f", {leads} by its price" if leads else ""
    return f"A result was proposed for “{question}”{outcome}; the capital stays in it until that is final"
