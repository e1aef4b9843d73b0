"""The ledger itself: two rows per move, never changed, never booked twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import aliased

from db.models import LedgerEntry
from db.session import ReadSession, WriteSession
from domain.money import Usdc
from domain.portfolio.ledger import Ledger, Move, Place


async def add_moves(
    session: WriteSession, user_id: UUID, mode: str, wanted: Sequence[Move], now: datetime
) -> list[Move]:
    """Writes the moves that are not there yet and answers them. The caller holds the account's lock."""
    if not wanted:
        return []
    found = await session.execute(
        select(LedgerEntry.reference_id, LedgerEntry.kind).where(
            tuple_(LedgerEntry.reference_id, LedgerEntry.kind).in_(
                [(move.reference_id, move.kind) for move in wanted]
            ),
            LedgerEntry.side == "credit",
        )
    )
    booked = {(row.reference_id, row.kind) for row in found}
    new = [move for move in wanted if (move.reference_id, move.kind) not in booked]
    rows = [
        {
            "user_id": user_id,
            "mode": mode,
            "strategy_id": place.strategy_id,
            "account": place.ledger.value,
            "side": side,
            "amount": move.amount,
            "kind": move.kind,
            "reference_id": move.reference_id,
            "reason": move.reason,
            "created_at": now,
        }
        for move in new
        for side, place in (("credit", move.credit), ("debit", move.debit))
    ]
    if rows:
        await session.execute(insert(LedgerEntry), rows)
    return new


async def moves_of(session: WriteSession, reference: UUID) -> list[Move]:
    """What was booked under a reference, in that order."""
    rows = await session.scalars(
        select(LedgerEntry).where(LedgerEntry.reference_id == reference).order_by(LedgerEntry.id)
    )
    sides: dict[str, dict[str, LedgerEntry]] = {}
    for row in rows:
        sides.setdefault(row.kind, {})[row.side] = row
    return [
        Move(
            kind=kind,
            reference_id=reference,
            credit=_place(both["credit"]),
            debit=_place(both["debit"]),
            amount=Usdc(both["credit"].amount),
            reason=both["credit"].reason,
        )
        for kind, both in sides.items()
    ]


def _place(entry: LedgerEntry) -> Place:
    return Place(ledger=Ledger(entry.account), strategy_id=entry.strategy_id)


@dataclass(frozen=True)
class BookedMove:
    """Both sides of a move: `credit` gave, `debit` got."""

    credit: LedgerEntry
    debit: LedgerEntry


async def list_moves(
    session: ReadSession, user_id: UUID, *, strategy_id: UUID | None, before: int | None, limit: int
) -> list[BookedMove]:
    """Newest first; with `strategy_id` those that touch it. `before`: id of the credit side of the last one shown."""
    credit, debit = aliased(LedgerEntry), aliased(LedgerEntry)
    query = (
        select(credit, debit)
        .join(
            debit,
            (debit.reference_id == credit.reference_id)
            & (debit.kind == credit.kind)
            & (debit.side == "debit"),
        )
        .where(credit.user_id == user_id, credit.side == "credit")
    )
    if strategy_id is not None:
        query = query.where((credit.strategy_id == strategy_id) | (debit.strategy_id == strategy_id))
    if before is not None:
        query = query.where(credit.id < before)
    rows = await session.execute(query.order_by(credit.id.desc()).limit(limit))
    return [BookedMove(row[0], row[1]) for row in rows]
