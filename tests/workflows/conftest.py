"""The engine as a fixture: a worker per test, on the servers of the session."""

from collections.abc import AsyncIterator

import pytest_asyncio

from db.session import Database
from launcher.temporal_server import EmbeddedTemporal
from tests.engine import Engine, running_engine
from tests.fixed_markets import FixedMarkets, a_market


@pytest_asyncio.fixture(loop_scope="session")
async def engine(database: Database, temporal: EmbeddedTemporal) -> AsyncIterator[Engine]:
    markets = FixedMarkets(a_market("m1"), a_market("m2", price="0.60"))
    async with running_engine(database, temporal.address, markets) as running:
        yield running
