"""What a Stop does to orders and positions, order by order and position by position. Each step may be repeated.

The table is in docs/commands.md. Exits and guards of positions go on in any case.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select

from db.models import ExitRequest, Order, Position, Strategy
from db.repositories.events import add_event
from db.repositories.exit_requests import FLATTEN, request_exit, withdraw
from db.repositories.order_cancellation import BEFORE_THE_VENUE, request_cancel
from db.repositories.orders import lock_order
from db.repositories.position_exits import lock_for_exit
from db.session import ReadSession, WriteSession

AT_REST = ("draft", "stopped")
RESTING = ("live",)
UNDER_WAY = ("posting", "unknown")
"""The venue decides; only afterwards it can be cancelled."""
RULE = "stopped"
WORDS = {
    "keep": "Stopped for good: no entry order is left; positions and their exits go on",
    "cancel": "Stopped for good: no entry order is left; positions and their exits go on",
    "flatten": "Stopped for good: every position is closed and no order is left",
}


class WindingDown(NamedTuple):
    strategy_id: UUID
    choice: str


async def winding_down(session: ReadSession) -> list[WindingDown]:
    """Stopped strategies with something left that their Stop has to end, the one stopped first in front."""
    rows = await session.execute(
        select(Strategy.id, Strategy.stop_choice)
        .where(
            Strategy.desired_state.in_(AT_REST),
            Strategy.stop_choice.is_not(None),
            Strategy.wound_down_at.is_(None),
        )
        .order_by(Strategy.updated_at, Strategy.id)
    )
    return [WindingDown(row[0], row[1] or "keep") for row in rows]


async def choice_of(session: ReadSession, strategy_id: UUID) -> str | None:
    """What is still to be done for the last Stop; None: nothing."""
    strategy = await session.get(Strategy, strategy_id, populate_existing=True)
    if strategy is None or strategy.desired_state not in AT_REST or strategy.wound_down_at is not None:
        return None
    return strategy.stop_choice


async def entries_to_end(session: ReadSession, strategy_id: UUID, choice: str) -> list[UUID]:
    """Entry orders that nobody has asked to end yet, oldest first. With `keep`, what is at the venue's hands comes to its
    end, or rests and is cancelled then."""
    statuses = (*BEFORE_THE_VENUE, *RESTING, *(() if choice == "keep" else UNDER_WAY))
    rows = await session.scalars(
        select(Order.id)
        .where(
            Order.strategy_id == strategy_id,
            Order.side == "BUY",
            Order.final_at.is_(None),
            Order.cancel_requested_at.is_(None),
            Order.status.in_(statuses),
        )
        .order_by(Order.created_at, Order.id)
    )
    return list(rows)


async def end_entry(session: WriteSession, order_id: UUID, choice: str, now: datetime) -> bool:
    """Asks one entry order to end; False when it is over, asked already, or its strategy was started again."""
    order = await lock_order(session, order_id)
    if order is None or order.final_at is not None or order.cancel_requested_at is not None:
        return False
    if choice == "keep" and order.status in UNDER_WAY:
        return False
    wanted = await session.scalar(select(Strategy.desired_state).where(Strategy.id == order.strategy_id))
    if wanted not in AT_REST:
        return False
    return await request_cancel(session, order, RULE, "the strategy was stopped", now)


async def positions_to_sell(session: ReadSession, strategy_id: UUID) -> list[UUID]:
    """Open positions that nobody has asked to sell as a whole, whatever it brings, oldest first."""
    asked = exists().where(
        ExitRequest.position_id == Position.id,
        ExitRequest.rule == FLATTEN,
        ExitRequest.done_at.is_(None),
        ExitRequest.price_floor.is_(None),
        ExitRequest.slippage_max.is_(None),
    )
    rows = await session.scalars(
        select(Position.id)
        .where(Position.strategy_id == strategy_id, Position.closed_at.is_(None), ~asked)
        .order_by(Position.opened_at, Position.id)
    )
    return list(rows)


async def ask_to_sell(session: WriteSession, strategy_id: UUID, position_id: UUID, now: datetime) -> bool:
    """A request to the position's guard, once; False when the strategy does not sell everything any more."""
    strategy = await session.get(
        Strategy, strategy_id, with_for_update={"read": True}, populate_existing=True
    )
    if strategy is None or strategy.desired_state not in AT_REST or strategy.stop_choice != FLATTEN:
        return False
    position = await lock_for_exit(session, position_id)
    if position is None or position.closed_at is not None:
        return False
    reason = "the strategy was stopped and sells all it holds"
    request = await request_exit(session, position, rule=FLATTEN, persistent=True, reason=reason, now=now)
    if request.price_floor is not None or request.slippage_max is not None:
        # A person wanted to close it before, but not at any price. With those limits a Stop might never end.
        request.price_floor = request.slippage_max = request.next_attempt_at = None
        request.reason, request.updated_at = reason, now
        await session.flush()
    return True


async def stop_selling(session: WriteSession, strategy: Strategy, why: str, now: datetime) -> list[UUID]:
    """Withdraws what `flatten` asked of the guards; the strategy is locked. Their positions, whose guards are to be woken."""
    rows = await session.execute(
        select(ExitRequest.id, ExitRequest.position_id)
        .where(
            ExitRequest.strategy_id == strategy.id,
            ExitRequest.rule == FLATTEN,
            ExitRequest.done_at.is_(None),
        )
        .order_by(ExitRequest.position_id)
    )
    positions = []
    for request_id, position_id in rows.all():
        await lock_for_exit(session, position_id)
        request = await session.get(ExitRequest, request_id, populate_existing=True)
        if request is not None and request.done_at is None:
            await withdraw(session, request, why, now)
            positions.append(position_id)
    return positions


async def has_wound_down(session: ReadSession | WriteSession, strategy_id: UUID) -> bool:
    """Whether nothing is left that the last Stop has to end.

    While the run's workflow has not ended, an execution in progress may still plan orders.
    """
    strategy = await session.get(Strategy, strategy_id, populate_existing=True)
    if strategy is None or strategy.desired_state not in AT_REST or strategy.stop_choice is None:
        return False
    flatten = strategy.stop_choice == FLATTEN
    orders = exists().where(
        Order.strategy_id == strategy.id,
        Order.final_at.is_(None),
        Order.side.in_(("BUY", "SELL") if flatten else ("BUY",)),
    )
    positions = exists().where(Position.strategy_id == strategy.id, Position.closed_at.is_(None))
    if strategy.status not in AT_REST or await session.scalar(select(orders)):
        return False
    return not (flatten and await session.scalar(select(positions)))


async def finish_winding_down(session: WriteSession, strategy_id: UUID, now: datetime) -> bool:
    """Writes, once, that what the last Stop had to end is over; False while something is left."""
    strategy = await session.get(Strategy, strategy_id, with_for_update=True, populate_existing=True)
    if strategy is None or not await has_wound_down(session, strategy_id):
        return False
    if strategy.wound_down_at is not None or strategy.stop_choice is None:
        return True
    strategy.wound_down_at = strategy.updated_at = now
    await session.flush()
    if strategy.desired_state == "draft":
        # Withdrawn before it ever ran: nothing was stopped.
        return True
    await add_event(
        session,
        user_id=strategy.user_id,
        strategy_id=strategy_id,
        kind="strategy_wound_down",
        message=WORDS[strategy.stop_choice],
        data={"choice": strategy.stop_choice},
    )
    return True
