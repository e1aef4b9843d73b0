"""The API before a real engine: real Temporal, a real worker, real Postgres."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest_asyncio

from db.migrate import upgrade
from db.session import Database
from launcher.postgres import EmbeddedPostgres
from launcher.temporal_server import EmbeddedTemporal
from tests.api.conftest import Person, person_at, serving
from tests.api.graphs import trading_graph, watching_graph
from tests.api.sse import open_stream
from tests.engine import Engine, running_engine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_database_url(postgres: EmbeddedPostgres) -> str:
    """Of these tests alone: the API keeps alive every strategy it finds, also those of other tests."""
    name = f"engine_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    url = f"{postgres.dsn.rpartition('/')[0]}/{name}"
    await asyncio.to_thread(upgrade, url)
    return url


@asynccontextmanager
async def at_work(
    url: str, temporal: EmbeddedTemporal, parts_with: Any
) -> AsyncIterator[tuple[Person, Engine]]:
    database = Database(url)
    try:
        markets = FixedMarkets(a_market("m1", volume="500000"), a_market("m2", volume="900000"))
        async with running_engine(database, temporal.address, markets) as engine:
            parts = parts_with(database=database, database_url=url, gateway=engine.gateway)
            async with serving(parts) as address, person_at(address, database) as person:
                yield person, engine
    finally:
        await database.close()


async def _reach(person: Person, strategy_id: str, **wanted: Any) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        view: dict[str, Any] = (await person.http.get(f"/api/strategies/{strategy_id}")).json()
        return view if {key: view[key] for key in wanted} == wanted else {}

    return await eventually(look)


async def _settled(person: Person, strategy_id: str, executions: int) -> dict[str, Any]:
    """The workflow's state once it knows of so many executions: the books have the last one a moment earlier, and a
    manual run asked in between would be answered by it."""

    async def look() -> dict[str, Any]:
        state: dict[str, Any] = (await person.http.get(f"/api/strategies/{strategy_id}/state")).json()
        wanted = ("workflow", executions, False)
        return state if (state["source"], state["total_executions"], state["executing"]) == wanted else {}

    return await eventually(look)


async def _first_execution_is_explained(person: Person, url: str) -> None:
    detail = (await person.http.get(f"{url}/executions/1")).json()
    nodes = {node["node_id"]: node for node in detail["steps_detail"][0]["nodes"]}
    assert nodes["watch"]["items_in"] == 2
    assert nodes["stream"]["rule"]
    assert all(node["duration_ms"] is not None for node in nodes.values())
    assert nodes["watch"]["verdicts"][0]["sentence"]


async def test_a_strategy_lives_through_all_commands(
    own_database_url: str, temporal: EmbeddedTemporal, parts_with: Any
) -> None:
    async with (
        at_work(own_database_url, temporal, parts_with) as (person, _),
        open_stream(person.http) as stream,
    ):
        created = await person.create("Live", interval_seconds=3600)
        url = f"/api/strategies/{created['id']}"
        assert (await person.http.post(f"{url}/start")).status_code == 202
        view = await _reach(person, created["id"], status="running", pending=False, total_executions=1)
        assert view["watchlist_size"] == 2
        assert view["uptime_since"] is not None

        state = await _settled(person, created["id"], 1)
        assert (state["stale"], state["status"]) == (False, "running")
        assert (state["total_executions"], state["watchlist_size"], state["number"]) == (1, 2, 1)
        assert state["next_execution_at"] is not None

        run = await person.http.post(f"{url}/run", headers={"Idempotency-Key": "run-2"})
        assert run.status_code == 200, run.text
        assert run.json()["number"] == 2
        again = await person.http.post(f"{url}/run", headers={"Idempotency-Key": "run-2"})
        assert again.json() == run.json()
        await _reach(person, created["id"], total_executions=2)

        assert (await person.http.post(f"{url}/pause")).status_code == 202
        await _reach(person, created["id"], status="paused", pending=False)
        await _settled(person, created["id"], 2)
        paused_run = await person.http.post(f"{url}/run")
        assert paused_run.status_code == 200
        assert (await person.http.post(f"{url}/resume")).status_code == 202
        await _reach(person, created["id"], status="running", pending=False, total_executions=3)

        assert (await person.http.post(f"{url}/stop")).status_code == 202
        await _reach(person, created["id"], status="stopped", pending=False)
        assert (await person.http.post(f"{url}/run")).json()["code"] == "not_running"
        assert (await person.http.post(f"{url}/start")).status_code == 202
        await _reach(person, created["id"], status="running", total_executions=4)
        log = (await person.http.get(f"{url}/executions")).json()["items"]
        assert [row["number"] for row in log] == [4, 3, 2, 1]

        await _first_execution_is_explained(person, url)
        await stream.have(8)
        kinds = [event.event for event in stream.told()]
        for kind in ("strategy_created", "strategy_started", "watchlist_added", "execution_finished"):
            assert kind in kinds
        assert (await person.http.post(f"{url}/stop")).status_code == 202
        await _reach(person, created["id"], status="stopped")
        assert (await person.http.delete(url)).status_code == 204


async def test_trades_of_a_started_strategy_are_listed(
    own_database_url: str, temporal: EmbeddedTemporal, parts_with: Any
) -> None:
    async with at_work(own_database_url, temporal, parts_with) as (person, _):
        created = await person.create("Trader", graph=trading_graph("10"), start=True, interval_seconds=3600)
        view = await _reach(person, created["id"], active_trades=2)
        assert view["allocation"]["allocated"] == "500"
        url = f"/api/strategies/{created['id']}"

        async def filled() -> list[Any]:
            """Fills count at once; their orders come to an end a moment later."""
            trades: list[Any] = (await person.http.get(f"{url}/trades")).json()["items"]
            return trades if all(trade["order"]["status"] == "filled" for trade in trades) else []

        assert {trade["market_id"] for trade in await eventually(filled)} == {"m1", "m2"}
        orders = (await person.http.get(f"{url}/orders")).json()["items"]
        assert {order["node_id"] for order in orders} == {"buy"}
        await person.http.post(f"{url}/stop")
        await _reach(person, created["id"], status="stopped")


async def test_an_edit_counts_from_the_next_execution(
    own_database_url: str, temporal: EmbeddedTemporal, parts_with: Any
) -> None:
    async with at_work(own_database_url, temporal, parts_with) as (person, _):
        created = await person.create("Edited", start=True, interval_seconds=3600)
        await _reach(person, created["id"], total_executions=1)
        url = f"/api/strategies/{created['id']}"
        edited = await person.http.patch(
            url, json={"graph": watching_graph("999999999"), "interval_seconds": 1800, "name": "New name"}
        )
        assert edited.json()["version"]["number"] == 2
        await _settled(person, created["id"], 1)
        assert (await person.http.post(f"{url}/run")).json()["number"] == 2
        await _reach(person, created["id"], total_executions=2)
        detail = (await person.http.get(f"{url}/executions/2")).json()
        assert detail["version"]["number"] == 2
        assert (await person.http.get(f"{url}/executions/1")).json()["version"]["number"] == 1
        await person.http.post(f"{url}/stop")
        await _reach(person, created["id"], status="stopped")


async def test_removing_an_entry_by_hand_reaches_the_running_strategy(
    own_database_url: str, temporal: EmbeddedTemporal, parts_with: Any
) -> None:
    async with at_work(own_database_url, temporal, parts_with) as (person, _):
        created = await person.create("Watching", start=True, interval_seconds=3600)
        await _reach(person, created["id"], watchlist_size=2)
        url = f"/api/strategies/{created['id']}"
        entry = (await person.http.get(f"{url}/watchlist")).json()["items"][0]
        assert (await person.http.delete(f"{url}/watchlist/{entry['id']}")).status_code == 204

        async def seen() -> bool:
            state = (await person.http.get(f"{url}/state")).json()
            return bool(state["source"] == "workflow" and state["watchlist_size"] == 1)

        await eventually(seen)
        await person.http.post(f"{url}/stop")
        await _reach(person, created["id"], status="stopped")


async def test_a_strategy_wanted_while_temporal_was_away_starts_by_itself(
    own_database_url: str, temporal: EmbeddedTemporal, parts_with: Any, parts: Any
) -> None:
    database = Database(own_database_url)
    try:
        away = parts_with(database=database, database_url=own_database_url)
        async with serving(away) as address, person_at(address, database) as person:
            created = await person.create("Patient", start=True, interval_seconds=3600)
            assert created["pending"] is True
            stopped = await person.create("Stopped", start=True, interval_seconds=3600)
            assert (await person.http.post(f"/api/strategies/{stopped['id']}/stop")).status_code == 202
            token = person.token
        async with at_work(own_database_url, temporal, parts_with) as (helper, _):
            helper.http.headers["Authorization"] = f"Bearer {token}"
            await _reach(helper, created["id"], status="running", pending=False, total_executions=1)
            view = await _reach(helper, stopped["id"], desired_state="stopped", pending=False)
            assert view["total_executions"] == 0
            await helper.http.post(f"/api/strategies/{created['id']}/stop")
            await _reach(helper, created["id"], status="stopped")
    finally:
        await database.close()


async def test_stopping_what_temporal_lost_ends_it_in_the_books(
    own_database_url: str, temporal: EmbeddedTemporal, parts_with: Any
) -> None:
    async with at_work(own_database_url, temporal, parts_with) as (person, engine):
        created = await person.create("Lost", start=True, interval_seconds=3600)
        await _reach(person, created["id"], total_executions=1)
        await engine.client.get_workflow_handle(f"strategy-{created['id']}").terminate("as if it was lost")
        answer = await person.http.post(f"/api/strategies/{created['id']}/stop")
        assert (answer.json()["status"], answer.json()["pending"]) == ("stopped", False)
        assert (await person.http.delete(f"/api/strategies/{created['id']}")).status_code == 204
