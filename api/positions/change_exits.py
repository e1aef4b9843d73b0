"""A person sets the exit rules of a position, or takes back an exit that was asked for."""

from datetime import datetime
from uuid import UUID

from api.positions.read_positions import read_position
from api.positions.schemas import ExitRequestView, PositionDetail, SetExits
from api.positions.view import request_view
from api.problem import conflict, not_found
from api.tell_engine import tell
from api.temporal_gateway import TemporalGateway
from db.models import ExitRequest, Position
from db.repositories.events import add_event
from db.repositories.exit_requests import withdraw
from db.repositories.order_cancellation import request_cancel
from db.repositories.orders import lock_order
from db.repositories.position_exits import lock_for_exit, set_exits, switch_off
from db.repositories.position_views import find_position
from db.session import Database, WriteSession
from domain.money import plain
from exchange.ports import MarketData

WITHDRAWN = "taken back by a person"


async def change_exits(
    database: Database,
    markets: MarketData,
    gateway: TemporalGateway,
    user_id: UUID,
    position_id: UUID,
    wanted: SetExits,
    now: datetime,
) -> PositionDetail:
    """The position with its new rules, which watch at once. Raises ApiProblem 404, 409 position_closed."""
    async with database.write() as session:
        position = await _locked(session, user_id, position_id)
        if position.closed_at is not None:
            raise conflict("position_closed", f"Nothing of {position.outcome} is held any more.")
        await set_exits(session, position, [rule.to_rule() for rule in wanted.exits], now)
        names = ", ".join(rule.rule for rule in wanted.exits) or "none"
        await add_event(
            session,
            user_id=user_id,
            strategy_id=position.strategy_id,
            kind="exits_changed",
            message=f"Exits of {position.outcome} in “{position.question}”: {names}",
            data={"position_id": str(position.id), "market_id": position.market_id},
        )
    await tell(gateway.wake_guard(position_id, position.strategy_id), position.strategy_id)
    return await read_position(database, markets, user_id, position_id)


async def withdraw_exit(
    database: Database,
    gateway: TemporalGateway,
    user_id: UUID,
    position_id: UUID,
    request_id: UUID,
    now: datetime,
) -> ExitRequestView:
    """The request as it is then; its rule is switched off, or it would ask again at once. Over already: as it is.

    Raises ApiProblem 404, 409 exit_under_way while its order is.
    """
    async with database.write() as session:
        found = await session.get(ExitRequest, request_id)
        if found is None or found.user_id != user_id or found.position_id != position_id:
            raise not_found("exit request")
        order = await lock_order(session, found.order_id) if found.order_id is not None else None
        position = await _locked(session, user_id, position_id)
        request = await session.get_one(ExitRequest, request_id, populate_existing=True)
        if request.done_at is not None:
            return request_view(request)
        if request.status == "working":
            raise conflict("exit_under_way", "Its order is under way; cancel the order.")
        await withdraw(session, request, WITHDRAWN, now)
        await switch_off(session, position_id, request.rule, now)
        if order is not None and order.final_at is None:
            await request_cancel(session, order, "exit_withdrawn", WITHDRAWN, now)
        sold = f" after {plain(request.shares_sold)} shares" if request.shares_sold > 0 else ""
        await add_event(
            session,
            user_id=user_id,
            strategy_id=position.strategy_id,
            kind="exit_withdrawn",
            message=f"Exit of {position.outcome} in “{position.question}” ({request.rule}) taken back{sold}",
            data={"position_id": str(position.id), "exit_request_id": str(request.id)},
        )
        view = request_view(request)
    await tell(gateway.wake_guard(position_id, position.strategy_id), position.strategy_id)
    return view


async def _locked(session: WriteSession, user_id: UUID, position_id: UUID) -> Position:
    if await find_position(session, user_id, position_id) is None:
        raise not_found("position")
    position = await lock_for_exit(session, position_id)
    if position is None:
        raise not_found("position")
    return position
