"""What people see while the database or the market source is away, and when they come back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.users import accounts
from db.migrate import upgrade
from db.repositories.strategy_settings import lock_strategy
from db.session import Database
from launcher.postgres import EmbeddedPostgres
from tests.api.conftest import Person, serving
from tests.api.graphs import watching_graph
from tests.api.sse import open_stream
from tests.eventually import eventually

HEALTH_SECONDS_MAX = 2.5


@asynccontextmanager
async def own_postgres(folder: Any) -> AsyncIterator[EmbeddedPostgres]:
    """One that a test may kill."""
    server = EmbeddedPostgres(folder, options={"fsync": "off"})
    await server.start()
    try:
        await asyncio.to_thread(upgrade, server.dsn)
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def served(
    server: EmbeddedPostgres, parts_with: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, Person]]:
    database = Database(server.dsn)
    try:
        async with serving(parts_with(database=database, database_url=server.dsn)) as url:
            async with database.write() as session:
                user_id = await accounts.create_owner_if_missing(session)
                token = await accounts.create_token(session, user_id, "test", datetime.now(UTC))
            headers = {"Authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as http:
                yield http, Person(user_id, token, http)
    finally:
        await database.close()


async def quick_health(http: httpx.AsyncClient) -> httpx.Response:
    """Within its limit at least once in three: a busy machine may be slow, waiting for what is away is slow every time."""
    took: list[float] = []
    while not took or (min(took) >= HEALTH_SECONDS_MAX and len(took) < 3):
        began = time.monotonic()
        answer = await http.get("/api/health")
        took.append(time.monotonic() - began)
    assert min(took) < HEALTH_SECONDS_MAX, took
    return answer


async def test_health_names_what_is_away_and_never_blocks(visitor: httpx.AsyncClient) -> None:
    answer = await quick_health(visitor)
    assert answer.status_code == 200
    health = answer.json()
    assert health["status"] == "degraded"
    # `prices` tells of everybody's positions in this database; tests of its own look at it.
    assert {part["name"]: part["ok"] for part in health["parts"] if part["name"] != "prices"} == {
        "database": True,
        "temporal": False,
        "worker": False,
        "markets": False,
    }
    assert all(part["detail"] for part in health["parts"] if not part["ok"])
    assert health["source"] == "sandbox"
    assert health["temporal_ui_url"]


@pytest.mark.timeout(180)
async def test_while_the_database_is_away_everything_says_503_and_then_goes_on(
    parts_with: Any, tmp_path: Any
) -> None:
    async with own_postgres(tmp_path) as server, served(server, parts_with) as (http, person):
        strategy = await person.create()
        url = f"/api/strategies/{strategy['id']}"
        async with open_stream(http) as stream:
            await server.kill()
            for method, path, body in (
                ("GET", "/api/me", None),
                ("GET", "/api/strategies", None),
                ("GET", f"{url}/state", None),
                ("POST", "/api/strategies", {"name": "x", "graph": watching_graph()}),
                ("POST", f"{url}/start", None),
                ("PATCH", url, {"name": "y"}),
                ("DELETE", url, None),
            ):
                answer = await http.request(method, path, json=body)
                assert answer.status_code == 503, f"{method} {path}: {answer.text}"
                assert answer.json()["code"] == "unavailable"
                assert int(answer.headers["retry-after"]) > 0
            health = (await quick_health(http)).json()
            assert {part["name"] for part in health["parts"] if part["ok"]} == set()

            await server.start()

            async def back() -> bool:
                return (await http.get(url)).status_code == 200

            await eventually(back, within=30)
            assert (await http.get(url)).json()["name"] == strategy["name"]
            started = await http.post(f"{url}/start")
            assert started.status_code == 202
            await http.patch(url, json={"graph": watching_graph("5")})
            (event,) = await stream.have(1, within=30)
            assert event.event == "version_published"
            assert not stream.ended


@pytest.mark.timeout(180)
async def test_the_api_starts_while_the_database_is_away(parts_with: Any, tmp_path: Any) -> None:
    async with own_postgres(tmp_path) as server:
        await server.kill()
        database = Database(server.dsn)
        try:
            async with (
                serving(parts_with(database=database, database_url=server.dsn)) as url,
                httpx.AsyncClient(base_url=url, timeout=30) as http,
            ):
                assert (await http.get("/api/health")).status_code == 200
                assert (await http.post("/api/login", json={"code": "x"})).status_code == 503
                await server.start()

                async def back() -> bool:
                    return (await http.post("/api/login", json={"code": "x"})).status_code == 401

                await eventually(back, within=30)
        finally:
            await database.close()


async def test_a_statement_that_takes_too_long_is_unavailable_not_broken(
    parts_with: Any, database_url: str, person: Person
) -> None:
    impatient = Database(database_url, pool_size=2, statement_timeout_ms=300)
    blocker = Database(database_url, pool_size=1)
    try:
        async with (
            serving(parts_with(database=impatient)) as url,
            httpx.AsyncClient(base_url=url, headers=person.http.headers, timeout=30) as http,
        ):
            strategy_id = (await person.create())["id"]
            async with blocker.write() as session:
                assert await lock_strategy(session, person.id, UUID(strategy_id)) is not None
                answer = await http.post(f"/api/strategies/{strategy_id}/start")
            assert answer.status_code == 503
            assert "took too long" in answer.json()["detail"]
    finally:
        await impatient.close()
        await blocker.close()
