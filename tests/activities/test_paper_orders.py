"""Orders at the paper venue: what the book gives on arrival, what rests, and how it ends. The books stay right at every step."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.paper_venue import PaperTerms, PaperVenue
from activities.resting_orders import RestingOrders
from contracts.order import OrderInput, OrderStep
from db.models import Order, OrderFill, PositionExit, StrategyTrade
from db.repositories import orders
from db.repositories.order_cancellation import request_cancel
from db.session import Database
from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.money import Price, Shares
from domain.orders.salt import salt_of
from tests.decided_books import DecidedBooks, Levels, side
from tests.desk import Desk, now
from tests.fixed_markets import a_market


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


@pytest.fixture
async def venue(database: Database) -> Venue:
    desk = Desk(database)
    market = f"m{uuid4().hex}"
    markets = DecidedBooks(a_market(market))
    desk.markets = markets
    await desk.open("1000", "500")
    made = Venue(desk, markets, market)
    made.show(bids=(("0.40", "50"),), asks=(("0.45", "100"),))
    return made


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


async def test_a_limit_order_takes_what_is_at_its_price_or_better_and_the_rest_rests(venue: Venue) -> None:
    venue.show(bids=(("0.39", "10"),), asks=(("0.38", "20"), ("0.40", "30"), ("0.41", "500")))
    request = await venue.limit("0.40", "40")
    step = await venue.placed(request)
    assert (step.status, step.final, step.filled_shares) == ("live", False, "50")
    assert await venue.fills(request) == [("0.38", "20.00", "0.188"), ("0.40", "30.00", "0.288")]
    order = await venue.order(request)
    assert (order.shares, order.salt, order.venue_order_id) == (
        Decimal(100),
        salt_of(order.id),
        str(order.id),
    )
    spent = Decimal("19.6") + order.fee
    assert order.reserved_left == order.reserved_amount - spent
    trade = await venue.trade(request)
    assert (trade.status, trade.shares, trade.cost) == ("partial", Decimal(50), spent)
    await sound(venue)
    assert (await venue.follow(request)).filled_shares == "50", "what it took is still in the real book"


async def test_a_limit_is_cut_to_the_tick_and_shares_and_money_follow_from_it(venue: Venue) -> None:
    request = await venue.limit("0.405", "10")
    await venue.reserve(request)
    order = await venue.order(request)
    assert (order.limit_price, order.shares) == (Decimal("0.40"), Decimal("25.00"))
    # 25 × 0.40, the fee at 0.40, and a hundredth of a cent for rounding.
    assert order.reserved_amount == Decimal("10") + Decimal("0.24") + Decimal("0.0001")


@pytest.mark.parametrize(
    ("price", "amount", "rule"),
    [("0.40", "1.9", "order_min"), ("0.004", "100", "limit_price")],
)
async def test_what_the_exchange_would_refuse_is_denied_before(
    venue: Venue, price: str, amount: str, rule: str
) -> None:
    request = await venue.limit(price, amount)
    assert (await venue.reserve(request)).status == "denied"
    assert (await venue.order(request)).status_rule == rule


async def test_a_post_only_order_that_would_cross_is_rejected_and_never_repriced(venue: Venue) -> None:
    request = await venue.limit("0.45", post_only=True)
    step = await venue.placed(request)
    assert (step.status, step.reason) == ("rejected", "invalid post-only order: order crosses book")
    assert await venue.available() == 500
    calm = await venue.limit("0.44", post_only=True)
    assert (await venue.placed(calm)).status == "live"


async def test_a_tick_that_changed_after_the_reservation_rejects_the_order(venue: Venue) -> None:
    venue.show(bids=(("0.40", "50"),), tick="0.001")
    request = await venue.limit("0.405")
    await venue.reserve(request)
    venue.show(bids=(("0.40", "50"),), tick="0.01")
    step = await venue.post(request)
    assert step.reason == "Price (0.405) breaks minimum tick size rule: 0.01"
    await sound(venue)


async def test_fill_or_kill_leaves_nothing_behind_when_the_book_is_too_thin(venue: Venue) -> None:
    venue.show(asks=(("0.45", "10"),))
    request = await venue.plan(time_in_force="FOK", amount="20")
    step = await venue.placed(request)
    assert (step.status, (await venue.order(request)).status_rule) == ("cancelled", "fok_killed")
    assert (await venue.trade(request)).status == "cancelled"
    enough = await venue.plan(time_in_force="FOK", amount="4.5")
    assert (await venue.placed(enough)).status == "matched"
    assert (await venue.settle(enough)).status == "filled"
    await sound(venue)


async def test_a_resting_order_is_filled_by_looks_at_the_book_at_its_own_price_and_without_a_fee(
    venue: Venue,
) -> None:
    request = await venue.limit("0.40", "40")
    assert (await venue.placed(request)).status == "live"
    assert (await venue.follow(request)).filled_shares == "0"
    venue.show(asks=(("0.37", "30"),))
    assert (await venue.follow(request)).filled_shares == "30"
    venue.show(asks=(("0.36", "500"),))
    assert (await venue.follow(request)).status == "matched"
    step = await venue.settle(request)
    assert (step.status, step.final) == ("filled", True)
    assert await venue.fills(request) == [("0.40", "30.00", "0.000"), ("0.40", "70.00", "0.000")]
    trade, order = await venue.trade(request), await venue.order(request)
    assert (trade.status, trade.cost, trade.entry_price) == ("filled", Decimal(40), Decimal("0.4"))
    assert (order.settlement, order.reserved_left) == ("settled", Decimal(0))
    assert await venue.available() == 460
    await sound(venue)


async def test_trades_from_a_feed_fill_a_resting_order_once_however_many_watch(venue: Venue) -> None:
    request = await venue.limit("0.40", "40")
    await venue.placed(request)
    watches = [RestingOrders(venue.desk.database, now) for _ in range(2)]
    for watch in watches:
        await watch.load((venue.token,))
        assert watch.tokens() == {venue.token}
    queue, trade = sold_at(venue.token, "0.40", "50"), sold_at(venue.token, "0.40", "30.5")
    for watch in watches:
        assert await watch.on_trade(queue) == ()
    served = [await watch.on_trade(trade) for watch in watches]
    assert served == [(request.order_id,), ()]
    assert (await venue.order(request)).filled_shares == Decimal("30.5")
    assert await watches[1].on_trade(sold_at(venue.token, "0.39", "1000")) == (request.order_id,)
    assert (await venue.order(request)).status == "matched"
    assert watches[1].tokens() == frozenset()
    assert (await venue.settle(request)).status == "filled"
    await sound(venue)


async def test_a_book_from_a_feed_and_a_look_by_request_do_not_count_the_same_shares_twice(
    venue: Venue,
) -> None:
    request = await venue.limit("0.40", "40")
    await venue.placed(request)
    watch = RestingOrders(venue.desk.database, now)
    await watch.load()
    crossed = (("0.39", "25"),)
    assert await watch.on_book(venue.token, book(venue.token, asks=crossed), now()) == (request.order_id,)
    venue.show(asks=crossed)
    assert (await venue.follow(request)).filled_shares == "25"
    await watch.load()
    assert await watch.on_book(venue.token, book(venue.token, asks=crossed), now()) == ()
    await sound(venue)


async def test_a_good_till_date_order_expires_with_what_it_got(venue: Venue) -> None:
    late = timedelta(0)
    venue.clock = lambda: now() + late
    request = await venue.limit("0.40", "40", time_in_force="GTD", expires_after_seconds=120)
    step = await venue.placed(request)
    assert (step.status, 0 < step.look_after_seconds <= 30) == ("live", True)
    venue.show(asks=(("0.39", "10"),))
    await venue.follow(request)
    late = timedelta(seconds=121)
    venue.show(asks=(("0.20", "5000"),))
    watch = RestingOrders(venue.desk.database, venue.clock)
    await watch.load((venue.token,))
    assert await watch.on_book(venue.token, book(venue.token, asks=(("0.20", "5000"),)), venue.clock()) == ()
    venue.markets.unavailable = "the venue answers 503"
    step = await venue.follow(request)
    assert (step.status, step.final, step.filled_shares) == ("expired", True, "10")
    assert (await venue.trade(request)).status == "partial"
    assert await venue.available() == 496
    await sound(venue)


@pytest.mark.parametrize("at", ["planned", "reserved", "live"])
async def test_a_cancelled_order_ends_where_it_stands_and_gives_its_money_back(venue: Venue, at: str) -> None:
    request = await venue.limit("0.40", "40")
    if at != "planned":
        await venue.reserve(request)
    if at == "live":
        await venue.post(request)
    assert await venue.cancel(request)
    if at == "live":
        assert (await venue.order(request)).status == "live"
        venue.show(asks=(("0.20", "5000"),))
        assert (await venue.follow(request)).status == "cancelled"
    order = await venue.order(request)
    assert (order.status, order.status_rule, order.filled_shares) == ("cancelled", "user", Decimal(0))
    assert await venue.available() == 500
    assert not await venue.cancel(request), "what is final stays as it is"
    await sound(venue)


async def test_an_order_cancelled_while_it_is_posted_never_meets_the_paper_book(venue: Venue) -> None:
    request = await venue.limit("0.45", "40")
    await venue.reserve(request)
    asked, go_on = asyncio.Event(), asyncio.Event()
    look = venue.markets.books

    async def slow(*arguments: Any) -> Any:
        asked.set()
        await go_on.wait()
        return await look(*arguments)

    venue.markets.books = slow  # type: ignore[assignment, method-assign]
    posting = asyncio.create_task(venue.post(request))
    await asked.wait()
    assert await venue.cancel(request)
    go_on.set()
    assert (await posting).status == "cancelled"
    assert (await venue.order(request)).filled_shares == 0
    await sound(venue)


async def test_a_market_that_closes_cancels_what_rests_in_it(venue: Venue) -> None:
    request = await venue.limit()
    await venue.placed(request)
    venue.markets.all[venue.market] = venue.markets.all[venue.market].model_copy(update={"closed": True})
    step = await venue.follow(request)
    assert (step.status, (await venue.order(request)).status_rule) == ("cancelled", "market_closed")


async def test_the_book_is_read_after_the_latency_and_a_repeated_post_waits_only_for_the_rest(
    venue: Venue,
) -> None:
    venue.terms = PaperTerms(latency=timedelta(milliseconds=300))
    request = await venue.plan(amount="20")
    await venue.reserve(request)
    began = now()
    assert (await venue.post(request)).status == "matched"
    order = await venue.order(request)
    assert order.posted_at is not None
    assert order.book is not None
    read_at = datetime.fromisoformat(order.book["observed_at"])
    assert read_at - order.posted_at >= timedelta(milliseconds=300)
    assert now() - began < timedelta(seconds=5)


async def test_an_amount_in_per_cent_counts_from_the_capital_at_the_reservation(venue: Venue) -> None:
    venue.show(asks=(("0.45", "1000"),))
    request = await venue.plan(amount="0", amount_ratio=Decimal("0.10005"))
    await venue.reserve(request)
    order, trade = await venue.order(request), await venue.trade(request)
    assert order.amount == trade.amount == Decimal("50.02"), "500 × 0.10005, cut to cents"


async def test_the_exits_of_an_order_become_rules_of_its_position_with_the_first_fill(venue: Venue) -> None:
    rule = {"rule": "stop_loss", "kind": "stop_loss", "ratio": "0.2"}
    request = await venue.limit("0.40", "40", exits=[rule])
    await venue.placed(request)
    venue.show(asks=(("0.39", "10"),))
    for _ in range(2):
        await venue.follow(request)
    position = await venue.desk.position(venue.strategy)
    async with venue.desk.database.read() as session:
        rules = list(
            await session.scalars(select(PositionExit).where(PositionExit.position_id == position.id))
        )
    assert [(row.rule, row.state, row.origin) for row in rules] == [
        ("stop_loss", "armed", f"order:{request.order_id}")
    ]


async def test_a_market_sale_keeps_to_its_floor_and_writes_off_what_cannot_be_sold(venue: Venue) -> None:
    venue.show(bids=(("0.40", "5000"),), asks=(("0.41", "5000"),))
    entry = await venue.plan(amount="20.55")
    await venue.placed(entry)
    await venue.settle(entry)
    held = await venue.desk.position(venue.strategy)
    assert held.shares == Decimal("50.1219")

    async def sell(floor: str | None) -> OrderInput:
        sale = await venue.plan(
            amount="0",
            side="SELL",
            shares=held.shares,
            position_id=held.id,
            limit_price=Decimal(floor) if floor else None,
        )
        await venue.placed(sale)
        return sale

    floored = await sell("0.405")
    assert (await venue.order(floored)).status == "cancelled"
    assert (await venue.desk.position(venue.strategy)).offered_shares == 0
    sale = await sell(None)
    step = await venue.settle(sale)
    assert (step.status, step.filled_shares) == ("filled", "50.12")
    gone = await venue.desk.position(venue.strategy)
    assert (gone.shares, gone.cost_amount, gone.close_reason) == (Decimal(0), Decimal(0), "written_off")
    trade = await venue.trade(entry)
    assert (trade.status, trade.pnl) == ("settled", gone.realised_pnl)
    assert (await venue.desk.wallet(venue.strategy)).realised_pnl == gone.realised_pnl
    await sound(venue)


async def test_an_entry_goes_on_after_all_it_had_was_sold(venue: Venue) -> None:
    """The trade stays open until its order is over, and what comes then is the next position of the same trade."""
    entry = await venue.limit("0.40", "40")
    await venue.placed(entry)
    venue.show(asks=(("0.39", "10"),), bids=(("0.30", "500"),))
    await venue.follow(entry)
    first = await venue.desk.position(venue.strategy)
    sale = await venue.plan(amount="0", side="SELL", shares=Decimal(10), position_id=first.id)
    await venue.placed(sale)
    await venue.settle(sale)
    assert (await venue.desk.position(venue.strategy)).close_reason == "sold"
    assert (await venue.trade(entry)).status == "partial"
    venue.show(asks=(("0.38", "500"),))
    await venue.follow(entry)
    assert (await venue.settle(entry)).status == "filled"
    second = await venue.desk.position(venue.strategy)
    assert (second.sequence, second.shares) == (2, Decimal(90))
    assert ((await venue.trade(entry)).status, (await venue.trade(entry)).pnl) != ("settled", None)
    await sound(venue)
