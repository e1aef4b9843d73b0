"""All parts but the browser: API, worker, Postgres, Temporal and a sandbox process, whose time is moved ahead together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import select
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from api.parts import ApiParts
from api.temporal_gateway import TemporalGateway
from db.migrate import upgrade
from db.models import Order, Strategy, StrategyContinuation
from db.session import Database
from domain.graph.graph import Graph
from exchange.market_data import CachedMarketData
from exchange.polymarket.create import create_market_data
from exchange.polymarket.environment import Addresses
from launcher.postgres import EmbeddedPostgres
from tests.api.conftest import Person, person_at, serving
from tests.engine import settings_for
from tests.eventually import eventually
from tests.scenario.examples.clock import ScenarioClock
from tests.scenario.examples.sandbox_process import SandboxProcess, sandbox_process
from tests.simulation.time_skipping import AbandonedLocks, sleep_until, time_skipping
from worker import build_worker

JUST_BEFORE = timedelta(seconds=0.5)
"""The moment itself is reached in real time, with all clocks alike."""


@dataclass
class World:
    database: Database
    gateway: TemporalGateway
    markets: CachedMarketData
    clock: ScenarioClock
    sandbox: SandboxProcess
    person: Person
    environment: WorkflowEnvironment
    task_queue: str
    locks: AbandonedLocks
    worker: Worker | None = None
    _working: asyncio.Task[None] | None = field(default=None, repr=False)

    def start_worker(self) -> None:
        # Nothing is kept for a worker that is gone: the test server would wait for it for ever.
        settings = settings_for(self.task_queue).model_copy(update={"max_cached_workflows": 0})
        self.worker = build_worker(
            self.environment.client, settings, self.database, self.markets, "sandbox", self.clock.now
        )
        self._working = asyncio.create_task(self.worker.run())

    async def stop_worker(self) -> None:
        assert self.worker is not None
        assert self._working is not None
        await self.worker.shutdown()
        await self._working

    async def restart_worker(self) -> None:
        """Another worker takes over; what the first one knew is gone."""
        await self.stop_worker()
        self.start_worker()

    async def create(self, name: str, graph: Graph, watch: list[str] | None = None, **fields: Any) -> UUID:
        """A strategy of the API, with markets put on its watchlist by hand."""
        body = {"name": name, "graph": graph.model_dump(mode="json", exclude_none=True), **fields}
        created = await self.call("POST", "/api/strategies", body)
        for market_id in watch or []:
            await self.call("POST", f"/api/strategies/{created['id']}/watchlist", {"market_id": market_id})
        return UUID(created["id"])

    async def start(self, strategy: UUID) -> None:
        await self.call("POST", f"/api/strategies/{strategy}/start")
        await eventually(lambda: self._executed(strategy, 1), within=30)
        await self.settled(strategy)

    async def pass_time(self, strategy: UUID, duration: timedelta) -> None:
        """Everything that falls due within it happens at its time."""
        until = self.clock.now() + duration
        while (due := await self._next_due(strategy)) is not None and due <= until:
            await self._reach(due - JUST_BEFORE)
            await eventually(lambda due=due: self._is_past(strategy, due), within=30)  # type: ignore[misc]
            await self.settled(strategy)
        await self._reach(until)

    async def settled(self, strategy: UUID) -> None:
        """No order is under way and nothing that is due has yet to happen."""

        async def look() -> bool:
            orders = await self.rows(Order, strategy)
            behind = [each for each in await self._waiting(strategy) if each.due_at is None]
            due = await self._next_due(strategy)
            open_orders = [order for order in orders if order.final_at is None]
            return not open_orders and not behind and (due is None or due > self.clock.now())

        await eventually(look, within=30)
        await self._give_back_locks()

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.person.http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    async def items(self, strategy: UUID, what: str) -> list[dict[str, Any]]:
        page = await self.call("GET", f"/api/strategies/{strategy}/{what}?limit=200")
        found: list[dict[str, Any]] = page["items"]
        return found

    async def rows(self, model: Any, strategy: UUID) -> list[Any]:
        async with self.database.read() as session:
            return list(await session.scalars(select(model).where(model.strategy_id == strategy)))

    async def sentences(self, strategy: UUID, number: int, node_id: str) -> dict[str, str]:
        """What a node of an execution said of each market, in whichever step it did."""
        detail = await self.call("GET", f"/api/strategies/{strategy}/executions/{number}")
        return {
            verdict["market_id"]: verdict["sentence"]
            for step in detail["steps_detail"]
            for node in step["nodes"]
            if node["node_id"] == node_id
            for verdict in node["verdicts"]
        }

    async def _reach(self, moment: datetime) -> None:
        await sleep_until(self.environment, moment, self._give_back_locks)
        await self.sandbox.advance(self.clock.reach(await self.environment.get_current_time()))

    async def _row(self, strategy: UUID) -> Strategy:
        async with self.database.read() as session:
            return await session.get_one(Strategy, strategy)

    async def _waiting(self, strategy: UUID) -> list[StrategyContinuation]:
        rows = await self.rows(StrategyContinuation, strategy)
        return [row for row in rows if row.status == "waiting"]

    async def _executed(self, strategy: UUID, number: int) -> bool:
        return (await self._row(strategy)).last_number >= number

    async def _next_due(self, strategy: UUID) -> datetime | None:
        row = await self._row(strategy)
        waiting = [each.due_at for each in await self._waiting(strategy)]
        known = [at for at in (row.next_execution_at, *waiting) if at is not None]
        return min(known, default=None) if row.status == "running" else None

    async def _is_past(self, strategy: UUID, due: datetime) -> bool:
        following = await self._next_due(strategy)
        return following is None or following > due

    async def _give_back_locks(self) -> None:
        async with self.database.read() as session:
            done = await session.scalars(select(Order.id).where(Order.final_at.is_not(None)))
        await self.locks.give_back(done)


@asynccontextmanager
async def example_world(postgres: EmbeddedPostgres, folder: Path) -> AsyncIterator[World]:
    """With a database of its own: the API keeps alive every strategy that it finds."""
    url = await _own_database(postgres)
    async with AsyncExitStack() as stack:
        environment = await stack.enter_async_context(time_skipping())
        clock = ScenarioClock()
        clock.reach(await environment.get_current_time())
        sandbox = await stack.enter_async_context(sandbox_process(clock.now()))
        markets = create_market_data(Addresses.of_sandbox(sandbox.url), now=clock.now)
        stack.push_async_callback(markets.close)
        database = Database(url)
        stack.push_async_callback(database.close)
        task_queue = f"test-{uuid4()}"
        gateway = TemporalGateway(
            address=environment.client.service_client.config.target_host,
            namespace="default",
            task_queue=task_queue,
            api_key=None,
            tls=False,
            continue_as_new_events=500,
        )
        parts = ApiParts(
            database=database,
            database_url=url,
            gateway=gateway,
            market_data=markets,
            source="sandbox",
            version="test",
            web_dist=folder,
            now=clock.now,
        )
        address = await stack.enter_async_context(serving(parts))
        person = await stack.enter_async_context(person_at(address, database))
        locks = AbandonedLocks(environment)
        world = World(database, gateway, markets, clock, sandbox, person, environment, task_queue, locks)
        world.start_worker()
        stack.push_async_callback(world.stop_worker)
        yield world


async def _own_database(postgres: EmbeddedPostgres) -> str:
    name = f"examples_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    url = f"{postgres.dsn.rpartition('/')[0]}/{name}"
    await asyncio.to_thread(upgrade, url)
    return url
