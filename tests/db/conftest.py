"""A database that only the tests of money use: they check all of its books."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from db.migrate import upgrade
from db.session import Database
from launcher.postgres import EmbeddedPostgres
from tests.desk import Desk


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def money_database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    name = f"money_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = postgres.dsn.rsplit("/", 1)[0] + f"/{name}"
    await asyncio.to_thread(upgrade, url)
    pool = Database(url)
    yield pool
    await pool.close()


@pytest.fixture
def desk(money_database: Database) -> Desk:
    return Desk(money_database)
