"""Halt, reduce, go on. First the latch, then every reservation that nobody has begun to post is given back."""

from datetime import datetime
from uuid import UUID

from api.trading_state.schemas import SetTradingState, TradingStateView
from db.models import TradingStateRow
from db.repositories import trading_states
from db.repositories.events import add_event
from db.repositories.order_settlement import close_unfilled
from db.repositories.orders import lock_order
from db.session import Database
from domain.risk.trading_state import allows

WORDS = {
    "active": ("trading_active", "Trading goes on"),
    "reducing": ("trading_reducing", "Trading is reducing: only what sells is allowed"),
    "halted": ("trading_halted", "Trading is halted until you reset it"),
}


async def read_trading_state(database: Database, user_id: UUID) -> TradingStateView:
    async with database.read() as session:
        row = await trading_states.read_state(session, user_id)
    if row is None:
        return TradingStateView(state="active", reason=None, halt_epoch=0, changed_at=None)
    return _view(row)


async def set_trading_state(
    database: Database, user_id: UUID, wanted: SetTradingState, now: datetime
) -> TradingStateView:
    """Setting what is set changes nothing, but a halt is carried to its end whenever it is asked for."""
    async with database.write() as session:
        before = await trading_states.read_state(session, user_id)
        was = before.state if before is not None else "active"
        row = await trading_states.set_state(
            session, user_id, wanted.state, wanted.reason or None, now, wanted.exits
        )
        if was != wanted.state:
            kind, message = WORDS[wanted.state]
            await add_event(
                session,
                user_id=user_id,
                strategy_id=None,
                kind=kind,
                message=f"{message}: {wanted.reason}" if wanted.reason else message,
                data={"state": wanted.state},
            )
    released = await release_unposted(database, user_id, now) if wanted.state != "active" else 0
    return _view(row).model_copy(update={"released_orders": released})


async def release_unposted(database: Database, user_id: UUID, now: datetime) -> int:
    """Each in a transaction of its own, under the locks that orders take; how many were released."""
    async with database.read() as session:
        row = await trading_states.read_state(session, user_id)
        standing = (
            trading_states.standing_of(row) if row is not None else trading_states.Standing("active", 0)
        )
        waiting = await trading_states.orders_to_cancel(session, user_id, standing)
    released = 0
    for order_id in waiting:
        async with database.write() as session:
            standing = await trading_states.hold_state(session, user_id)
            order = await lock_order(session, order_id)
            if (
                order is None
                or order.status != "reserved"
                or allows(standing.state, order.side, standing.exits)
            ):
                continue
            reason = f"trading is {standing.state}"
            await close_unfilled(session, order, "cancelled", "trading_state", reason, now)
            released += 1
    return released


def _view(row: TradingStateRow) -> TradingStateView:
    return TradingStateView.model_validate(
        {
            "state": row.state,
            "reason": row.reason,
            "exits": row.exits,
            "halt_epoch": row.halt_epoch,
            "changed_at": row.changed_at,
        }
    )
