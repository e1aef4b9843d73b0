"""What several tests of activities begin with."""

from uuid import uuid4

import pytest

from db.session import Database
from tests.decided_books import DecidedBooks
from tests.desk import Desk
from tests.fixed_markets import a_market
from tests.paper_desk import Venue


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
