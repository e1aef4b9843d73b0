"""Track: what matched is settled in the books, and what waited for the order may go on."""

from collections.abc import Callable
from datetime import datetime

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.venue_orders import step_of
from contracts.order import OrderInput, OrderSettled, OrderTracked
from db.models import Strategy
from db.repositories import orders
from db.repositories.continuations import next_due
from db.repositories.counts import strategy_counts
from db.repositories.open_positions import position_of_entry
from db.repositories.order_settlement import settle
from db.session import Database


class OrderTracking:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @activity.defn(name="track_order")
    async def track_order(self, request: OrderInput) -> OrderTracked:
        """Matched → filled; others are left alone. Answers with the wake-up for the strategy, and whose guard is to know."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), order_id=str(request.order_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._track(request)

    async def _track(self, request: OrderInput) -> OrderTracked:
        now = self._clock()
        async with self._database.write() as session:
            order = await orders.lock_order(session, request.order_id)
            if order is not None and order.status == "matched":
                strategy = await session.get_one(Strategy, order.strategy_id)
                await settle(session, order, strategy.name, now)
            return OrderTracked(
                step=step_of(order, now),
                settled=OrderSettled(
                    order_id=request.order_id,
                    counts=await strategy_counts(session, request.strategy_id),
                    next_continuation_at=await next_due(session, request.strategy_id),
                ),
                bought_into=await position_of_entry(session, order) if order is not None else None,
                sells=order.position_id if order is not None else None,
            )
