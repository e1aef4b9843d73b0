"""Halt, reduce, go on. First the latch, then what it does not allow is ended; rounds go on with that until all is final."""

from datetime import datetime
from uuid import UUID

from api.tell_engine import Heard, tell_guards
from api.temporal_gateway import TemporalGateway
from api.trading_state.end_forbidden import end_forbidden
from api.trading_state.schemas import OpenOrderView, SetTradingState, TradingStateView
from db.repositories import trading_states
from db.repositories.events import add_event
from db.session import Database, ReadSession

WORDS = {
    "active": ("trading_active", "Trading goes on"),
    "reducing": ("trading_reducing", "Trading is reducing: only what sells is allowed"),
    "halted": ("trading_halted", "Trading is halted until you reset it"),
}


async def read_trading_state(database: Database, user_id: UUID) -> TradingStateView:
    async with database.read() as session:
        return await _view(session, user_id)


async def set_trading_state(
    database: Database, gateway: TemporalGateway, user_id: UUID, wanted: SetTradingState, now: datetime
) -> TradingStateView:
    """Setting what is set changes nothing, but a halt is carried to its end whenever it is asked for."""
    async with database.write() as session:
        before = await trading_states.read_state(session, user_id)
        was = (before.state, before.exits) if before is not None else ("active", "go_on")
        row = await trading_states.set_state(
            session, user_id, wanted.state, wanted.reason or None, now, wanted.exits
        )
        if was != (row.state, row.exits):
            kind, message = WORDS[wanted.state]
            if row.exits == "stop":
                message += "; exits of positions wait too"
            await add_event(
                session,
                user_id=user_id,
                strategy_id=None,
                kind=kind,
                message=f"{message}: {wanted.reason}" if wanted.reason else message,
                data={"state": row.state, "exits": row.exits},
            )
    released = await end_forbidden(database, gateway, user_id, now)
    if was[1] == "stop" and row.exits != "stop":
        await _let_go(database, gateway, user_id)
    async with database.read() as session:
        view = await _view(session, user_id)
    return view.model_copy(update={"released_orders": released})


async def _let_go(database: Database, gateway: TemporalGateway, user_id: UUID) -> None:
    """Exits that waited for the end of a halt need not wait for their guards' next look."""
    async with database.read() as session:
        waiting = await trading_states.positions_to_leave(session, user_id)
    for strategy_id, position_id in waiting:
        if await tell_guards(gateway, strategy_id, (position_id,)) is Heard.UNREACHABLE:
            return


async def _view(session: ReadSession, user_id: UUID) -> TradingStateView:
    row = await trading_states.read_state(session, user_id)
    if row is None:
        return TradingStateView(state="active", reason=None, halt_epoch=0, changed_at=None)
    standing = trading_states.standing_of(row)
    orders, total = await trading_states.forbidden_orders(session, user_id, standing)
    return TradingStateView(
        state=standing.state,
        reason=row.reason,
        exits=standing.exits,
        halt_epoch=row.halt_epoch,
        changed_at=row.changed_at,
        open_orders=[OpenOrderView.model_validate(order, from_attributes=True) for order in orders],
        open_orders_total=total,
    )
