"""Requests to leave a position: who asks, how much, and how far the guard came. All that write need the position locked."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from db.models import ExitRequest, Position
from db.session import ReadSession, WriteSession
from domain.ids import exit_request_id
from domain.money import Price, Shares

FLATTEN = "flatten"
USER = "user"
CLOSED = "the position is closed"

OrderType = Literal["market", "limit"]
Ending = Literal["done", "failed", "withdrawn"]


async def request_exit(
    session: WriteSession,
    position: Position,
    *,
    rule: str,
    sequence: int | None = None,
    shares: Shares | None = None,
    part_ratio: Decimal | None = None,
    price_floor: Price | None = None,
    slippage_max: Decimal | None = None,
    order_type: OrderType = "market",
    limit_price: Price | None = None,
    persistent: bool,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
    now: datetime,
) -> ExitRequest:
    """The wish to sell `shares`, or `part_ratio` of what is held, or all until nothing is left; written once.

    `position` is locked (`position_exits.lock_for_exit`); its guard must be woken after the commit. `rule`: name of the
    ExitRule, `node:<node id>`, `user` or `flatten`. `sequence` None: the rule's next. The same rule and sequence again, or
    a second `flatten` while one is open, answers what is there. For a closed position it is withdrawn at once.
    """
    if rule == FLATTEN:
        for open_one in await open_requests(session, position.id):
            if open_one.rule == rule:
                return open_one
    if sequence is None:
        sequence = await next_sequence(session, position.id, rule)
    row = _blank(position, rule, sequence, now) | {
        "shares": shares,
        "part_ratio": part_ratio,
        "price_floor": price_floor,
        "slippage_max": slippage_max,
        "order_type": order_type,
        "limit_price": limit_price,
        "persistent": persistent,
        "reason": reason,
        "evidence": dict(evidence or {}),
    }
    await session.execute(insert(ExitRequest).values(row).on_conflict_do_nothing())
    return await session.get_one(ExitRequest, row["id"], populate_existing=True)


def _blank(position: Position, rule: str, sequence: int, now: datetime) -> dict[str, Any]:
    """Whose request it is, and that it is new; over at once when there is nothing left to sell."""
    closed = position.closed_at is not None
    over = {"status": "withdrawn", "failure": CLOSED, "done_at": now} if closed else {}
    return {
        "id": exit_request_id(position.id, rule, sequence),
        "user_id": position.user_id,
        "strategy_id": position.strategy_id,
        "position_id": position.id,
        "rule": rule,
        "sequence": sequence,
        "triggered_at": now,
        "created_at": now,
        "updated_at": now,
        **over,
    }


async def next_sequence(session: WriteSession, position_id: UUID, rule: str) -> int:
    """Of a rule's requests for the position, from 1. Needs the position locked."""
    last = await session.scalar(
        select(func.max(ExitRequest.sequence)).where(
            ExitRequest.position_id == position_id, ExitRequest.rule == rule
        )
    )
    return (last or 0) + 1


async def open_requests(session: ReadSession | WriteSession, position_id: UUID) -> list[ExitRequest]:
    """Not over yet, oldest first."""
    rows = await session.scalars(
        select(ExitRequest)
        .where(ExitRequest.position_id == position_id, ExitRequest.done_at.is_(None))
        .order_by(ExitRequest.created_at, ExitRequest.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def begin_try(
    session: WriteSession, request: ExitRequest, order_id: UUID, wanted: Shares, now: datetime
) -> None:
    """Its next sell order is written. What it wants in all is fixed with the first."""
    request.status, request.order_id = "working", order_id
    if request.shares_wanted is None:
        request.shares_wanted = wanted
    request.attempts += 1
    request.next_attempt_at, request.updated_at = None, now
    await session.flush()


async def wait_for_next_try(
    session: WriteSession, request: ExitRequest, why: str | None, retry_at: datetime, now: datetime
) -> None:
    """The last try left something; `why` in words."""
    request.status, request.failure = "pending", why
    request.next_attempt_at, request.updated_at = retry_at, now
    await session.flush()


async def end_request(
    session: WriteSession, request: ExitRequest, ending: Ending, why: str | None, now: datetime
) -> None:
    request.status, request.failure = ending, why
    request.next_attempt_at, request.updated_at, request.done_at = None, now, now
    await session.flush()


async def withdraw(session: WriteSession, request: ExitRequest, why: str, now: datetime) -> None:
    """Nobody wants it any more."""
    await end_request(session, request, "withdrawn", why, now)
