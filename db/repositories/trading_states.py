"""The trading state of a user. Lock order: this row first, then the account."""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from db.models import Order, TradingStateRow
from db.session import ReadSession, WriteSession
from domain.risk.trading_state import TradingState

UNPOSTED = ("reserved",)
"""What a halt releases. A planned order is denied when it asks; one that is being posted looks at the epoch itself."""


class Standing(NamedTuple):
    """`halt_epoch` grows with every halt."""

    state: TradingState
    halt_epoch: int


async def hold_state(session: WriteSession, user_id: UUID) -> Standing:
    """The state, which cannot change until the transaction ends. Any number may hold it at once."""
    row = await _select(session, user_id, shared=True)
    if row is None:
        await _make(session, user_id)
        row = await _select(session, user_id, shared=True)
        assert row is not None, "written in this transaction"
    return Standing(cast(TradingState, row.state), row.halt_epoch)


async def set_state(
    session: WriteSession, user_id: UUID, state: TradingState, reason: str | None, now: datetime
) -> TradingStateRow:
    """Waits for all who hold it. A halt raises the epoch; setting what is set changes nothing."""
    await _make(session, user_id)
    row = await _select(session, user_id, shared=False)
    assert row is not None, "written before"
    if row.state != state:
        row.halt_epoch += int(state == "halted")
        row.state, row.reason, row.changed_at = state, reason, now
        await session.flush()
    return row


async def read_state(session: ReadSession | WriteSession, user_id: UUID) -> TradingStateRow | None:
    """None: nobody ever changed it, so it is active."""
    return await session.get(TradingStateRow, user_id)


async def unposted_orders(session: ReadSession, user_id: UUID) -> list[UUID]:
    """Orders of the user that money is set aside for and that nobody has begun to post, oldest first."""
    rows = await session.scalars(
        select(Order.id)
        .where(Order.user_id == user_id, Order.final_at.is_(None), Order.status.in_(UNPOSTED))
        .order_by(Order.created_at, Order.id)
    )
    return list(rows)


async def _make(session: WriteSession, user_id: UUID) -> None:
    await session.execute(insert(TradingStateRow).values(user_id=user_id).on_conflict_do_nothing())


async def _select(session: WriteSession, user_id: UUID, *, shared: bool) -> TradingStateRow | None:
    return await session.scalar(
        select(TradingStateRow)
        .where(TradingStateRow.user_id == user_id)
        .with_for_update(read=shared)
        .execution_options(populate_existing=True)
    )
