"""Post: the order goes to its venue, once, and what the venue says is written into the books."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.paper_venue import PaperVenue
from activities.venue_orders import VALID_FOR, step_of, venue_order
from contracts.order import OrderInput, OrderStep
from db.models import Order
from db.repositories import orders
from db.repositories.entry_standing import entry_standing
from db.repositories.exit_tries import taken_lately
from db.repositories.order_settlement import finish
from db.repositories.trading_states import Standing, hold_state
from db.repositories.venue_answers import take_answer
from db.session import Database, WriteSession
from domain.orders.venue_order import VenueAnswer, VenueOrder
from domain.risk.trading_state import allows, overtaken
from exchange.ports import MarketData
from exchange.venue import Venue

POSTABLE = ("reserved", "signed")
TOO_LATE = "the venue could not be asked in time"
STOPPED = "the strategy was stopped"
LOOK_WHILE_HELD = 5
"""Seconds."""

log = structlog.get_logger("activities.order_posting")


class OrderPosting:
    def __init__(
        self,
        database: Database,
        markets: MarketData,
        clock: Callable[[], datetime],
        venue: Venue | None = None,
    ) -> None:
        """`venue` left out: the paper venue, without latency."""
        self._database = database
        self._clock = clock
        self._venue: Venue = venue or PaperVenue(markets, clock)

    @activity.defn(name="post_order")
    async def post_order(self, request: OrderInput) -> OrderStep:
        """Reserved → posting, and then where the venue says it stands. The venue is asked between transactions."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), order_id=str(request.order_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._post(request)

    async def _post(self, request: OrderInput) -> OrderStep:
        order = await self._start_posting(request)
        if order is None or order.status != "posting":
            return _unposted(order, self._clock())
        answer = await self._venue.post(await self._asked(order))
        return await self._record(request, order.user_id, answer)

    async def _asked(self, order: Order) -> VenueOrder:
        asked = venue_order(order)
        if self._venue.binding or order.attempt == 0 or order.position_id is None:
            return asked
        async with self._database.read() as session:
            taken = await taken_lately(session, order.position_id, self._clock())
        return asked.model_copy(update={"taken": taken})

    async def _start_posting(self, request: OrderInput) -> Order | None:
        """Committed before the venue is asked, under the trading state of this moment."""
        async with self._database.read() as session:
            order = await orders.read_order(session, request.order_id)
        again = order is not None and order.status == "posting" and not self._venue.binding
        if order is None or not (again or order.status in POSTABLE):
            return order
        now = self._clock()
        async with self._database.write() as session:
            standing = await hold_state(session, order.user_id)
            locked = await orders.lock_order(session, request.order_id)
            if locked is not None and locked.status == "posting" and not self._venue.binding:
                # An earlier attempt did not come to the book: a halt or a cancellation must not wait until it answers.
                await self._ended_meanwhile(session, locked, standing, now)
            if locked is None or locked.status not in POSTABLE:
                return locked
            if not allows(standing.state, locked.side, standing.exits):
                reason = f"trading is {standing.state}"
                await finish(session, locked, "cancelled", now, rule="trading_state", reason=reason)
            elif now - locked.created_at > VALID_FOR:
                await finish(session, locked, "cancelled", now, rule="expired", reason=TOO_LATE)
            else:
                await self._begin(session, locked, standing, now)
            return locked

    async def _begin(self, session: WriteSession, order: Order, standing: Standing, now: datetime) -> None:
        """Held while its strategy is paused, discarded once that is stopped."""
        strategy = await entry_standing(session, order)
        if strategy == "over":
            await finish(session, order, "cancelled", now, rule="stopped", reason=STOPPED)
        elif strategy == "free":
            await orders.start_posting(session, order, standing.halt_epoch, now)

    async def _record(self, request: OrderInput, user_id: UUID, answer: VenueAnswer) -> OrderStep:
        now = self._clock()
        async with self._database.write() as session:
            standing = await hold_state(session, user_id)
            locked = await orders.lock_order(session, request.order_id)
            if locked is None or locked.status != "posting":
                return step_of(locked, now)
            if self._venue.binding or not await self._ended_meanwhile(session, locked, standing, now):
                await take_answer(session, locked, answer, now, confirmed=not self._venue.binding)
            log.info("order posted", status=locked.status, rule=locked.status_rule)
            return step_of(locked, now)

    async def _ended_meanwhile(
        self, session: WriteSession, order: Order, standing: Standing, now: datetime
    ) -> bool:
        """On paper the order meets the book here and not before: a halt or a cancellation since then ends it without a trade."""
        if overtaken(order.halt_epoch, standing.halt_epoch, order.side, standing.exits):
            rule, reason = "trading_state", "trading was halted"
        elif order.cancel_requested_at is not None:
            rule, reason = order.cancel_rule or "cancelled", order.cancel_reason or "it was cancelled"
        elif now - order.created_at > VALID_FOR:
            rule, reason = "expired", TOO_LATE
        else:
            return False
        await finish(session, order, "cancelled", now, rule=rule, reason=reason)
        return True


def _unposted(order: Order | None, now: datetime) -> OrderStep:
    step = step_of(order, now)
    if order is None or order.status not in POSTABLE:
        return step
    return step.model_copy(update={"held": True, "look_after_seconds": LOOK_WHILE_HELD})
