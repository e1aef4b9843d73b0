"""An exit that is larger than the book: each try sells what is new there, and never the same bid twice in a moment."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from temporalio.testing import ActivityEnvironment

from activities.order_posting import OrderPosting
from activities.order_tracking import OrderTracking
from contracts.order import OrderInput
from db.session import Database
from tests.desk import Desk
from tests.guarding import Guarding


@pytest.fixture
async def guarding(database: Database) -> Guarding:
    """Something is to be sold whole, and the book bids for twenty shares, at five prices."""
    desk = Desk(database)
    await desk.open("1000", "500")
    await desk.bought(desk.strategies[0], "40")
    desk.markets.depth = Decimal(4)
    made = Guarding(desk, await desk.position(desk.strategies[0]))
    await made.ask("flatten")
    return made


async def sell(guarding: Guarding, after: int = 0) -> Decimal:
    """One try, so many seconds after the last; what it sold."""
    guarding.ahead += timedelta(seconds=after)
    order_id = (await guarding.look()).order_id
    if order_id is None:
        return Decimal(0)
    assert await guarding.desk.reserve(order_id) == "reserved"
    request = OrderInput(order_id=order_id, strategy_id=guarding.strategy)

    def clock() -> datetime:
        return datetime.now(UTC) + guarding.ahead

    posting = OrderPosting(guarding.desk.database, guarding.desk.markets, clock)
    await ActivityEnvironment().run(posting.post_order, request)
    tracking = OrderTracking(guarding.desk.database, clock)
    await ActivityEnvironment().run(tracking.track_order, request)
    await guarding.look()
    return (await guarding.desk.order(order_id)).filled_shares


async def test_a_bid_that_the_last_try_took_is_not_there_for_the_next(guarding: Guarding) -> None:
    assert await sell(guarding) == 20
    assert await sell(guarding, after=10) == 0
    guarding.desk.markets.depth = Decimal(5)
    assert await sell(guarding, after=20) == 5
    sales = await guarding.sales()
    assert sales[-1].book is not None
    assert [shares for _, shares in sales[-1].book["taken"]] == ["4"] * 5
    assert await guarding.faults() == []


async def test_after_a_minute_the_same_bid_counts_as_a_new_one(guarding: Guarding) -> None:
    assert await sell(guarding) == 20
    assert await sell(guarding, after=61) == 20
