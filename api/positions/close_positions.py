"""A person wants to sell: the request is written, the guard of the position carries it out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from api.positions.schemas import ClosePosition, ClosePositions, ClosingView, ExitRequestView
from api.positions.view import request_view
from api.problem import conflict, not_found
from api.strategies.read_strategy import require_strategy
from api.tell_engine import Heard, tell, tell_guards
from api.temporal_gateway import TemporalGateway
from db.models import ExitRequest, Position
from db.repositories.exit_requests import FLATTEN, USER, request_exit
from db.repositories.position_exits import lock_for_exit
from db.repositories.position_views import OpenPositionId, find_position, open_positions_of
from db.session import Database, WriteSession
from domain.money import Price, Shares

CLOSED_BY = {"market": "Closed by a person", "limit": "Offered by a person at a limit"}


@dataclass(frozen=True)
class Closing:
    """Who wants it. `request_id` is the same for repetitions, `first_time` says whether this is one of a request that was
    carried out."""

    user_id: UUID
    request_id: str
    now: datetime
    first_time: Callable[[WriteSession], Awaitable[bool]]


async def close_position(
    database: Database, gateway: TemporalGateway, position_id: UUID, wanted: ClosePosition, closing: Closing
) -> ExitRequestView:
    """Raises ApiProblem 404, 409 position_closed."""
    async with database.write() as session:
        record = await find_position(session, closing.user_id, position_id)
        if record is None:
            raise not_found("position")
        if not await closing.first_time(session):
            return request_view(await _asked_before(session, position_id, closing))
        position = await lock_for_exit(session, position_id)
        if position is None:
            raise not_found("position")
        if position.closed_at is not None:
            raise conflict("position_closed", f"Nothing of {position.outcome} is held any more.")
        request = await _ask(session, position, wanted, closing)
        view = request_view(request)
    await tell(gateway.wake_guard(position_id, position.strategy_id), position.strategy_id)
    return view


async def close_positions(
    database: Database, gateway: TemporalGateway, wanted: ClosePositions, closing: Closing
) -> ClosingView:
    """A transaction for each position; one that is flattened already is answered as it is. Raises ApiProblem 404."""
    async with database.read() as reading:
        if wanted.strategy_id is not None:
            await require_strategy(reading, closing.user_id, wanted.strategy_id)
        held = await open_positions_of(reading, closing.user_id, wanted.strategy_id, closing.now)
    items: list[ExitRequestView] = []
    for each in held:
        async with database.write() as session:
            position = await lock_for_exit(session, each.position_id)
            if position is None or position.closed_at is not None:
                continue
            request = await request_exit(
                session,
                position,
                rule=FLATTEN,
                price_floor=_price(wanted.price_floor),
                slippage_max=wanted.slippage_max,
                persistent=True,
                reason="Everything closed by a person",
                now=closing.now,
            )
            items.append(request_view(request))
    # All are written before anybody is told: an engine that is away must not keep the last of them waiting.
    await _wake_guards(gateway, held)
    return ClosingView(items=items)


async def _wake_guards(gateway: TemporalGateway, held: Sequence[OpenPositionId]) -> None:
    """Who cannot be told now is woken by the round that keeps workflows alive."""
    for each in held:
        if await tell_guards(gateway, each.strategy_id, (each.position_id,)) is Heard.UNREACHABLE:
            return


async def _ask(
    session: WriteSession, position: Position, wanted: ClosePosition, closing: Closing
) -> ExitRequest:
    return await request_exit(
        session,
        position,
        rule=USER,
        shares=Shares(wanted.shares) if wanted.shares is not None else None,
        part_ratio=wanted.part_ratio,
        price_floor=_price(wanted.price_floor),
        slippage_max=wanted.slippage_max,
        order_type=wanted.order_type,
        limit_price=_price(wanted.limit_price),
        persistent=wanted.persistent,
        reason=CLOSED_BY[wanted.order_type],
        evidence={"request_id": closing.request_id},
        now=closing.now,
    )


async def _asked_before(session: WriteSession, position_id: UUID, closing: Closing) -> ExitRequest:
    """The request that an attempt before this one wrote before it died."""
    rows = await session.scalars(
        select(ExitRequest).where(
            ExitRequest.position_id == position_id,
            ExitRequest.evidence["request_id"].as_string() == closing.request_id,
        )
    )
    return rows.one()


def _price(value: Decimal | None) -> Price | None:
    return Price(value) if value is not None else None
