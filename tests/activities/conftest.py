"""What several tests of activities begin with."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from db.migrate import upgrade
from db.session import Database
from launcher.postgres import EmbeddedPostgres
from launcher.temporal_server import EmbeddedTemporal
from tests.decided_books import DecidedBooks
from tests.desk import Desk
from tests.fixed_markets import a_market
from tests.paper_desk import Venue
from tests.price_watching import WatchedDesk


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


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def watch_database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database whose positions only tests of the price watch see."""
    name = f"watch_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = postgres.dsn.rsplit("/", 1)[0] + f"/{name}"
    await asyncio.to_thread(upgrade, url)
    pool = Database(url)
    yield pool
    await pool.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_client(temporal: EmbeddedTemporal) -> Client:
    return await Client.connect(temporal.address, data_converter=pydantic_data_converter)


@pytest.fixture
def watched_desk(watch_database: Database) -> WatchedDesk:
    return WatchedDesk(watch_database)
