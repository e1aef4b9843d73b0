"""An exit that found no bid waits; the price watch makes it due as soon as somebody bids an allowed price."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from db.models import ExitRequest
from db.repositories import exit_requests, position_exits
from db.repositories.waiting_exits import hurry
from db.session import Database
from domain.money import Price
from launcher.temporal_server import EmbeddedTemporal
from tests.desk import now
from tests.eventually import eventually
from tests.price_watching import WatchedDesk, ago, parts_for, watching


@pytest_asyncio.fixture(loop_scope="session")
async def client(temporal: EmbeddedTemporal) -> AsyncIterator[Client]:
    yield await Client.connect(temporal.address, data_converter=pydantic_data_converter)


@pytest.fixture
def desk(database: Database) -> WatchedDesk:
    return WatchedDesk(database)


async def waiting(desk: WatchedDesk, position_id: UUID, *, tried_ago: float = 60) -> UUID:
    """A stop loss that sold nothing then, not below 0.30, and is tried again in minutes."""
    async with desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        request = await exit_requests.request_exit(
            session,
            position,
            rule="stop_loss",
            sequence=1,
            price_floor=Price(Decimal("0.3")),
            persistent=True,
            reason="test",
            now=now(),
        )
        request.attempts = 1
        later = now() + timedelta(minutes=5)
        await exit_requests.wait_for_next_try(session, request, "nobody bids", later, ago(tried_ago))
    return request.id


async def due(desk: WatchedDesk, request: UUID) -> bool:
    async with desk.database.read() as session:
        row = await session.get_one(ExitRequest, request, populate_existing=True)
    return row.next_attempt_at is not None and row.next_attempt_at <= now()


async def test_somebody_who_bids_at_the_floor_makes_an_exit_due_at_once(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding()
    request = await waiting(desk, position)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        for nothing in (None, "0.29"):
            desk.feed.say(desk.token, nothing)
        assert not await due(desk, request)
        desk.feed.say(desk.token, "0.30")
        await eventually(lambda: due(desk, request))


async def test_a_bid_that_is_there_already_counts_too(desk: WatchedDesk, client: Client) -> None:
    position = await desk.holding()
    other = await waiting(desk, position)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.35")
        await eventually(lambda: due(desk, other))


async def test_what_was_tried_a_moment_ago_keeps_its_pause(desk: WatchedDesk) -> None:
    position = await desk.holding()
    request = await waiting(desk, position, tried_ago=1)
    async with desk.database.write() as session:
        assert not await hurry(session, request, now())
        assert await hurry(session, request, now() + timedelta(seconds=10))
        assert not await hurry(session, request, now() + timedelta(seconds=10))
