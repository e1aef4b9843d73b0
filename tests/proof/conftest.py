"""A database of its own for what proves the books: other tests leave orders half way."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest_asyncio

from db.migrate import upgrade
from db.session import Database
from launcher.postgres import EmbeddedPostgres


def address_of(database: Database) -> str:
    return database._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def proof_address(postgres: EmbeddedPostgres) -> str:
    """Of a migrated database."""
    name = f"proof_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    address = postgres.dsn.rsplit("/", 1)[0] + f"/{name}"
    await asyncio.to_thread(upgrade, address)
    return address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def proof_database(proof_address: str) -> AsyncIterator[Database]:
    pool = Database(proof_address)
    yield pool
    await pool.close()
