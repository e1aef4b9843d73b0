"""One strategy at the paper venue, with a book that the test decides; every activity runs twice at once and then again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.paper_venue import PaperTerms, PaperVenue
from contracts.order import OrderInput, OrderStep
from db.models import Order, OrderFill, StrategyTrade
from db.repositories import orders
from db.repositories.order_cancellation import request_cancel
from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.money import Price, Shares
from tests.decided_books import DecidedBooks, Levels, side
from tests.desk import Desk, now


@dataclass
class Venue:
    """One strategy of 500 USDC, and a market whose book the test decides."""

    desk: Desk
    markets: DecidedBooks
    market: str
    terms: PaperTerms = field(default_factory=PaperTerms)
    clock: Callable[[], datetime] = now

    @property
    def token(self) -> str:
        return f"{self.market}-yes"

    @property
    def strategy(self) -> UUID:
        return self.desk.strategies[0]

    async def plan(self, **fields: Any) -> OrderInput:
        amount = fields.pop("amount", "20")
        order = await self.desk.plan(self.strategy, amount, self.market, created_at=self.clock(), **fields)
        return OrderInput(order_id=order, strategy_id=self.strategy)

    async def limit(self, price: str = "0.40", amount: str = "40", **fields: Any) -> OrderInput:
        """A limit BUY, planned."""
        terms = {"order_type": "limit", "time_in_force": "GTC", "limit_price": Decimal(price)}
        return await self.plan(amount=amount, **{**terms, **fields})

    async def run(self, activity: Any, request: OrderInput) -> Any:
        """Twice beside itself, and once more: activities run at least once."""
        env = ActivityEnvironment
        await asyncio.gather(env().run(activity, request), env().run(activity, request))
        return await env().run(activity, request)

    async def reserve(self, request: OrderInput) -> OrderStep:
        step: OrderStep = await self.run(
            OrderReservation(self.desk.database, self.markets, self.clock).reserve_order, request
        )
        return step

    async def post(self, request: OrderInput) -> OrderStep:
        venue = PaperVenue(self.markets, self.clock, self.terms)
        step: OrderStep = await self.run(
            OrderPosting(self.desk.database, self.markets, self.clock, venue).post_order, request
        )
        return step

    async def follow(self, request: OrderInput) -> OrderStep:
        step: OrderStep = await self.run(
            OrderFollowing(self.desk.database, self.markets, self.clock).follow_order, request
        )
        return step

    async def settle(self, request: OrderInput) -> OrderStep:
        tracked = await self.run(OrderTracking(self.desk.database, self.clock).track_order, request)
        step: OrderStep = tracked.step
        return step

    async def placed(self, request: OrderInput) -> OrderStep:
        assert (await self.reserve(request)).status == "reserved"
        return await self.post(request)

    async def order(self, request: OrderInput) -> Order:
        return await self.desk.order(request.order_id)

    async def trade(self, request: OrderInput) -> StrategyTrade:
        async with self.desk.database.read() as session:
            rows = await session.scalars(
                select(StrategyTrade).where(StrategyTrade.entry_order_id == request.order_id)
            )
            return rows.one()

    async def fills(self, request: OrderInput) -> list[tuple[str, str, str]]:
        async with self.desk.database.read() as session:
            rows = await session.scalars(
                select(OrderFill).where(OrderFill.order_id == request.order_id).order_by(OrderFill.index)
            )
            return [(f"{row.price:.2f}", f"{row.shares:.2f}", f"{row.fee:.3f}") for row in rows]

    async def cancel(self, request: OrderInput) -> bool:
        async with self.desk.database.write() as session:
            order = await orders.lock_order(session, request.order_id)
            assert order is not None
            return await request_cancel(session, order, "user", "cancelled by you", self.clock())

    def show(self, bids: Levels = (), asks: Levels = (), tick: str = "0.01") -> None:
        self.markets.show(self.token, bids=bids, asks=asks, tick=tick)

    async def available(self) -> Decimal:
        return (await self.desk.wallet(self.strategy)).available_amount


def book(token: str, asks: Levels) -> LiveBook:
    made = LiveBook(token, Decimal("0.01"))
    made.apply_snapshot((), side(asks), now(), now())
    return made


def sold_at(token: str, price: str, shares: str) -> TradeSeen:
    """Somebody sold to the bids."""
    when = now() + timedelta(milliseconds=1)
    return TradeSeen(
        token_id=token,
        price=Price(Decimal(price)),
        shares=Shares(Decimal(shares)),
        taker_side="SELL",
        traded_at=when,
        observed_at=when,
    )


async def sound(venue: Venue) -> None:
    """Money is where it belongs; faults of other tests' strategies are not looked at."""
    mine = {str(strategy) for strategy in venue.desk.strategies}
    assert [fault for fault in await venue.desk.faults() if any(name in fault for name in mine)] == []
