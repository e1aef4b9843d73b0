"""Follow: how an order stands that rests at its venue, or that the venue may or may not have."""

from collections.abc import Callable
from datetime import datetime

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.paper_venue import PaperVenue
from activities.venue_orders import VALID_FOR, has_expired, resting_of, step_of, venue_order
from contracts.order import OrderInput, OrderStep
from db.models import Order
from db.repositories import orders
from db.repositories.order_settlement import finish
from db.repositories.venue_answers import take_answer
from db.session import Database, WriteSession
from domain.orders.venue_order import VenueAnswer
from exchange.ports import MarketData
from exchange.venue import Venue

FOLLOWED = ("live", "unknown")

log = structlog.get_logger("activities.order_following")


class OrderFollowing:
    def __init__(
        self,
        database: Database,
        markets: MarketData,
        clock: Callable[[], datetime],
        venue: Venue | None = None,
    ) -> None:
        """`venue` left out: the paper venue."""
        self._database = database
        self._clock = clock
        self._venue: Venue = venue or PaperVenue(markets, clock)

    @activity.defn(name="follow_order")
    async def follow_order(self, request: OrderInput) -> OrderStep:
        """Looks once: new fills are booked, an order that was cancelled or has expired comes to its end."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), order_id=str(request.order_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._follow(request)

    async def _follow(self, request: OrderInput) -> OrderStep:
        async with self._database.read() as session:
            order = await orders.read_order(session, request.order_id)
        if order is None or order.status not in FOLLOWED:
            return step_of(order, self._clock())
        asked = venue_order(order)
        answer: VenueAnswer | None = None
        if order.status == "unknown":
            answer = await self._venue.look_up(asked)
        elif order.cancel_requested_at is not None:
            answer = await self._venue.cancel(asked)
        elif self._venue.binding or not has_expired(order, self._clock()):
            answer = await self._venue.look_up(asked)
        return await self._record(request, order, answer)

    async def _record(self, request: OrderInput, seen: Order, answer: VenueAnswer | None) -> OrderStep:
        """`answer` None: the order has expired at a venue that only the books have."""
        now = self._clock()
        async with self._database.write() as session:
            locked = await orders.lock_order(session, request.order_id)
            if locked is None or locked.status != seen.status:
                return step_of(locked, now)
            if answer is None or self._too_late(locked, now):
                await expire(session, locked, now)
            elif answer.status == "absent":
                await self._post_again(session, locked, now)
            elif answer.based_on is None or answer.based_on == resting_of(locked):
                # Otherwise somebody else has looked meanwhile, and what both saw must count once.
                await take_answer(session, locked, answer, now, confirmed=not self._venue.binding)
            log.info("order looked at", status=locked.status, filled=str(locked.filled_shares))
            return step_of(locked, now)

    def _too_late(self, order: Order, now: datetime) -> bool:
        """On paper nothing happens to an order after its end."""
        cancelled = order.cancel_requested_at is not None
        return (
            order.status == "live" and not self._venue.binding and not cancelled and has_expired(order, now)
        )

    async def _post_again(self, session: WriteSession, order: Order, now: datetime) -> None:
        """The venue never heard of it: the same order goes out again, unless it is not wanted any more."""
        if order.cancel_requested_at is not None:
            rule, reason = order.cancel_rule, order.cancel_reason
            await finish(session, order, "cancelled", now, rule=rule, reason=reason)
        elif now - order.created_at > VALID_FOR:
            reason = "the venue never got it, and the price is too old to send it again"
            await finish(session, order, "cancelled", now, rule="expired", reason=reason)
        else:
            order.status, order.status_reason, order.updated_at = "posting", None, now
            await session.flush()


async def expire(session: WriteSession, order: Order, now: datetime) -> None:
    """Its time is over: what it got stays, the rest is free again."""
    reason = "its time was over before all of it was filled"
    await finish(session, order, "expired", now, rule="expired", reason=reason)
