"""A fault between any two steps of input and output, then the step again: one order, one trade, one ledger effect.

The ordinary run takes a sample of the points, the long run all of them.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from db.session import Database
from tests.proof.stories import GUARDS, ORDERS
from tests.proof.walk import walk

STORIES = {**ORDERS, **GUARDS}
SAMPLES = 1
"""Points of each story in the ordinary run, for each kind of fault; other points for each story."""


@pytest_asyncio.fixture(loop_scope="session")
async def connection(proof_address: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(proof_address)
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", STORIES)
async def test_a_fault_on_the_way_of(
    name: str, proof_database: Database, connection: asyncpg.Connection
) -> None:
    """Also: every activity done twice comes to the same."""
    first = list(STORIES).index(name) * 5
    assert await walk(STORIES[name], proof_database, connection, samples=SAMPLES, first=first) > 8


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", STORIES)
async def test_a_fault_at_every_point_on_the_way_of(
    name: str, proof_database: Database, connection: asyncpg.Connection
) -> None:
    assert await walk(STORIES[name], proof_database, connection) > 8
