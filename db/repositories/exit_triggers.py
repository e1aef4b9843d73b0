"""A rule asks for an exit: one request per position, rule and sequence, whoever and however many say so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.models import ExitRequest, MarketResolution, Position, PositionExit
from db.repositories.events import add_event
from db.repositories.exit_requests import next_sequence, request_exit
from db.repositories.position_exits import lock_for_exit
from db.repositories.trading_states import hold_state
from db.session import WriteSession
from domain.ids import exit_request_id
from domain.portfolio.exit_rule import ExitRule


@dataclass(frozen=True)
class Triggered:
    """What a rule says. `sequence`: how often it had triggered before."""

    position_id: UUID
    rule: ExitRule
    sequence: int
    reason: str
    evidence: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """`request_id`: the exit that is asked for, now or already. `held`: a halt stops exits, ask again later. Neither: the
    rule has nothing to say any more."""

    strategy_id: UUID | None = None
    request_id: UUID | None = None
    held: bool = False


async def trigger(session: WriteSession, asked: Triggered) -> Outcome:
    """armed → triggered, with the exit request. The guard must be woken after the commit."""
    user_id = await session.scalar(select(Position.user_id).where(Position.id == asked.position_id))
    if user_id is None:
        return Outcome()
    standing = await hold_state(session, user_id)
    position = await lock_for_exit(session, asked.position_id)
    if position is None:
        return Outcome()
    row = await session.get(
        PositionExit,
        (asked.position_id, asked.rule.rule),
        with_for_update=True,
        populate_existing=True,
    )
    if row is None or row.state != "armed" or row.sequence != asked.sequence or _is_other(row, asked):
        return Outcome(position.strategy_id, await _asked_before(session, asked))
    if position.closed_at is not None or await _is_final(session, position):
        return Outcome(position.strategy_id)
    if standing.state == "halted" and standing.exits == "stop":
        return Outcome(position.strategy_id, held=True)
    # A rule that was taken away and set again counts from 0, and what it asked for before is over.
    sequence = max(asked.sequence + 1, await next_sequence(session, position.id, asked.rule.rule))
    row.state, row.sequence, row.updated_at = "triggered", sequence, asked.at
    request = await request_exit(
        session,
        position,
        rule=asked.rule.rule,
        sequence=row.sequence,
        part_ratio=asked.rule.part_ratio if asked.rule.part_ratio < 1 else None,
        price_floor=asked.rule.price_floor,
        slippage_max=asked.rule.slippage_max,
        persistent=True,
        reason=asked.reason,
        evidence=asked.evidence,
        now=asked.at,
    )
    await _tell(session, position, asked, request.id)
    return Outcome(position.strategy_id, request.id)


def _is_other(row: PositionExit, asked: Triggered) -> bool:
    """Somebody changed the rule between the price and now: by the new one nothing has triggered."""
    return ExitRule.model_validate(row.settings) != asked.rule


async def _tell(session: WriteSession, position: Position, asked: Triggered, request_id: UUID) -> None:
    await add_event(
        session,
        user_id=position.user_id,
        strategy_id=position.strategy_id,
        kind="exit_triggered",
        message=f"{asked.reason} ({position.question}, {position.outcome})",
        data={
            "position_id": str(position.id),
            "rule": asked.rule.rule,
            "exit_request_id": str(request_id),
            "market_id": position.market_id,
        },
    )


async def _asked_before(session: WriteSession, asked: Triggered) -> UUID | None:
    """The request of this very trigger, when it is there: another watcher was first, or we are repeating ourselves."""
    known = exit_request_id(asked.position_id, asked.rule.rule, asked.sequence + 1)
    return await session.scalar(select(ExitRequest.id).where(ExitRequest.id == known))


async def _is_final(session: WriteSession, position: Position) -> bool:
    final_at = await session.scalar(
        select(MarketResolution.final_at).where(
            MarketResolution.market_id == position.market_id, MarketResolution.source == position.source
        )
    )
    return final_at is not None
