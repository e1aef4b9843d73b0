"""The trading state of a user. Lock order: this row first, then the account."""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from db.models import ExitRequest, Order, TradingStateRow
from db.session import ReadSession, WriteSession
from domain.risk.trading_state import HaltedExits, TradingState, allows

OPEN_SHOWN = 100


class Standing(NamedTuple):
    """`halt_epoch` grows with every halt; `exits` says what a halt does to exits."""

    state: TradingState
    halt_epoch: int
    exits: HaltedExits = "go_on"


async def hold_state(session: WriteSession, user_id: UUID) -> Standing:
    """The state, which cannot change until the transaction ends. Any number may hold it at once."""
    row = await _select(session, user_id, shared=True)
    if row is None:
        await _make(session, user_id)
        row = await _select(session, user_id, shared=True)
        assert row is not None, "written in this transaction"
    return standing_of(row)


def standing_of(row: TradingStateRow) -> Standing:
    return Standing(cast(TradingState, row.state), row.halt_epoch, cast(HaltedExits, row.exits))


async def set_state(
    session: WriteSession,
    user_id: UUID,
    state: TradingState,
    reason: str | None,
    now: datetime,
    exits: HaltedExits | None = None,
) -> TradingStateRow:
    """Waits for all who hold it. A halt raises the epoch, and so does one that from now on stops exits too; setting what is
    set changes nothing. `exits` counts for a halt; left out, a halt that is on keeps its choice."""
    await _make(session, user_id)
    row = await _select(session, user_id, shared=False)
    assert row is not None, "written before"
    halts = state == "halted"
    kept = row.exits if halts and row.state == "halted" else "go_on"
    exits = cast(HaltedExits, exits or kept) if halts else "go_on"
    if row.state != state or row.exits != exits:
        row.halt_epoch += int(halts and (row.state != state or exits == "stop"))
        if row.state != state:
            row.reason = reason
        row.state, row.exits, row.changed_at = state, exits, now
        await session.flush()
    return row


async def read_state(session: ReadSession | WriteSession, user_id: UUID) -> TradingStateRow | None:
    """None: nobody ever changed it, so it is active."""
    return await session.get(TradingStateRow, user_id)


async def restrained_users(session: ReadSession) -> list[UUID]:
    """Users who do not let everything trade and have an order that is not final."""
    rows = await session.scalars(
        select(TradingStateRow.user_id)
        .where(
            TradingStateRow.state != "active",
            select(Order.id)
            .where(Order.user_id == TradingStateRow.user_id, Order.final_at.is_(None))
            .exists(),
        )
        .order_by(TradingStateRow.user_id)
    )
    return list(rows)


async def forbidden_orders(
    session: ReadSession | WriteSession, user_id: UUID, standing: Standing
) -> tuple[list[Order], int]:
    """Orders of the user that are not final and that the state does not allow, oldest first, and how many there are.

    At most OPEN_SHOWN of them."""
    if standing.state == "active":
        return [], 0
    open_ones = (
        Order.user_id == user_id,
        Order.final_at.is_(None),
        Order.side.in_(_forbidden_sides(standing)),
    )
    rows = await session.scalars(
        select(Order).where(*open_ones).order_by(Order.created_at, Order.id).limit(OPEN_SHOWN)
    )
    found = list(rows)
    if len(found) < OPEN_SHOWN:
        return found, len(found)
    return found, await session.scalar(select(func.count()).select_from(Order).where(*open_ones)) or 0


async def orders_to_cancel(session: ReadSession, user_id: UUID, standing: Standing) -> list[UUID]:
    """Orders that the state does not allow and that nobody has asked to cancel yet, oldest first.

    A planned one is denied when it asks.
    """
    if standing.state == "active":
        return []
    rows = await session.scalars(
        select(Order.id)
        .where(
            Order.user_id == user_id,
            Order.final_at.is_(None),
            Order.cancel_requested_at.is_(None),
            Order.status.not_in(("planned", "matched")),
            Order.side.in_(_forbidden_sides(standing)),
        )
        .order_by(Order.created_at, Order.id)
    )
    return list(rows)


async def positions_to_leave(session: ReadSession, user_id: UUID) -> list[tuple[UUID, UUID]]:
    """(strategy, position) of every exit of the user that was asked for and is not over, by strategy."""
    rows = await session.execute(
        select(ExitRequest.strategy_id, ExitRequest.position_id)
        .where(ExitRequest.user_id == user_id, ExitRequest.done_at.is_(None))
        .distinct()
        .order_by(ExitRequest.strategy_id, ExitRequest.position_id)
    )
    return [(row.strategy_id, row.position_id) for row in rows]


def _forbidden_sides(standing: Standing) -> list[str]:
    return [side for side in ("BUY", "SELL") if not allows(standing.state, side, standing.exits)]


async def _make(session: WriteSession, user_id: UUID) -> None:
    await session.execute(insert(TradingStateRow).values(user_id=user_id).on_conflict_do_nothing())


async def _select(session: WriteSession, user_id: UUID, *, shared: bool) -> TradingStateRow | None:
    return await session.scalar(
        select(TradingStateRow)
        .where(TradingStateRow.user_id == user_id)
        .with_for_update(read=shared)
        .execution_options(populate_existing=True)
    )
