"""The API on a real port, on a real database; people who are logged in; Temporal away unless a test brings it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from api.app import create_app
from api.parts import ApiParts
from api.server import ApiServer
from api.temporal_gateway import TemporalGateway
from api.users import accounts
from db.session import Database
from exchange.market_source import connect_market_data
from launcher.free_port import choose_port
from tests.api.graphs import watching_graph
from tests.eventually import eventually

MIN_INTERVAL = 30


@dataclass
class Person:
    """A user with a bearer token; `http` sends it."""

    id: UUID
    token: str
    http: httpx.AsyncClient

    async def create(self, name: str = "Watcher", **fields: Any) -> dict[str, Any]:
        body = {"name": name, "graph": watching_graph(), **fields}
        answer = await self.http.post("/api/strategies", json=body)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created


def dead_gateway() -> TemporalGateway:
    """A gateway whose Temporal is away: nothing listens on its port."""
    return TemporalGateway(
        address=f"127.0.0.1:{choose_port()}",
        namespace="default",
        task_queue=f"test-{uuid4().hex}",
        api_key=None,
        tls=False,
        continue_as_new_events=500,
    )


@asynccontextmanager
async def serving(parts: ApiParts) -> AsyncIterator[str]:
    """The whole application on a free port; yields its address."""
    port = choose_port()
    server = ApiServer(create_app(parts), "127.0.0.1", port)
    task = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started or task.done()

    await eventually(started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def person_at(address: str, database: Database) -> AsyncIterator[Person]:
    now = datetime.now(UTC)
    async with database.write() as session:
        user_id = await accounts.add_user(session, f"{uuid4().hex}@example.org")
        token = await accounts.create_token(session, user_id, "test", now)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as http:
        yield Person(user_id, token, http)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def parts(
    database: Database, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ApiParts]:
    """With a sandbox address where nothing listens, so that market data is away too."""
    market_data = connect_market_data("sandbox", f"http://127.0.0.1:{choose_port()}")
    yield ApiParts(
        database=database,
        database_url=database_url,
        gateway=dead_gateway(),
        market_data=market_data,
        source="sandbox",
        version="test",
        min_interval_seconds=MIN_INTERVAL,
        temporal_ui_url="http://127.0.0.1:8233",
        web_dist=tmp_path_factory.mktemp("dist"),
    )
    await market_data.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(parts: ApiParts) -> AsyncIterator[str]:
    async with serving(parts) as url:
        yield url


@pytest_asyncio.fixture
async def person(address: str, database: Database) -> AsyncIterator[Person]:
    async with person_at(address, database) as someone:
        yield someone


@pytest_asyncio.fixture
async def stranger(address: str, database: Database) -> AsyncIterator[Person]:
    async with person_at(address, database) as someone:
        yield someone


@pytest_asyncio.fixture
async def visitor(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not logged in."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as http:
        yield http


@pytest.fixture
def parts_with(parts: ApiParts) -> Any:
    """The same parts with some exchanged."""

    def exchanged(**changes: Any) -> ApiParts:
        return replace(parts, **changes)

    return exchanged


@pytest.fixture
def dist(parts: ApiParts) -> Path:
    return parts.web_dist
