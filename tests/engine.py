"""The whole engine in one process, on real Postgres and real Temporal, with only the venue decided by the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from activities.watch_parts import WatchPace
from api.temporal_gateway import TemporalGateway, TemporalUnavailable
from config.settings import MarketSource, Settings
from contracts.strategy import RunNowResult, StrategyInput, StrategyState
from db.models import (
    Order,
    Strategy,
    StrategyEvent,
    StrategyExecution,
    StrategyTrade,
    StrategyVersion,
    StrategyWallet,
    User,
)
from db.repositories.accounts import PAPER_OPENING, Owner, open_account
from db.repositories.allocations import Transfer, give
from db.repositories.strategy_start import strategy_input
from db.session import Database, WriteSession
from domain.graph.graph import Graph
from domain.money import Usdc
from exchange.feed import MarketFeed
from formulas.engine import FormulaEngine
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets
from worker import build_price_worker, build_worker

Answer = TypeVar("Answer")
QUICK_WATCH = WatchPace(
    lease=0.2,
    look=0.5,
    save=0.1,
    resting=0.2,
    read=0.1,
    quiet=0.3,
    silence=1.0,
    frozen=0.2,
    trust=0.5,
    restart=0.5,
    held=0.3,
)


async def patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The API gives up after seconds, and whoever asked it asks again; so do tests on a busy machine."""

    async def look() -> tuple[Answer]:
        try:
            return (await ask(),)
        except TemporalUnavailable as error:
            raise AssertionError(str(error)) from error

    return (await eventually(look))[0]


@dataclass
class Engine:
    """What a test needs to do what people do and see what they see."""

    database: Database
    gateway: TemporalGateway
    markets: FixedMarkets
    client: Client
    task_queue: str

    async def create(
        self,
        graph: Graph,
        *,
        interval_seconds: int = 3600,
        allocation: str = "500",
        error_after: int = 5,
        owner: UUID | None = None,
    ) -> UUID:
        """A draft strategy of `owner`, else of a new user."""
        user, strategy, version = owner or uuid4(), uuid4(), uuid4()
        async with self.database.write() as session:
            if owner is None:
                await session.execute(insert(User).values(id=user, name="tester"))
            await session.execute(
                insert(Strategy).values(
                    id=strategy,
                    user_id=user,
                    name="Test strategy",
                    interval_seconds=interval_seconds,
                    error_after=error_after,
                )
            )
            await session.execute(insert(StrategyWallet).values(id=uuid4(), strategy_id=strategy))
            await self.fund(session, user, strategy, allocation)
        await self.publish(strategy, graph, version=version, number=1)
        return strategy

    async def fund(self, session: WriteSession, user: UUID, strategy: UUID, allocation: str) -> None:
        """Capital for a strategy, out of an account that has enough of it."""
        now, amount = datetime.now(UTC), Usdc(Decimal(allocation))
        owner = Owner(user, "paper")
        await open_account(session, owner, Usdc(max(amount, PAPER_OPENING)), now)
        given = Transfer(owner=owner, reference=uuid4(), amount=amount, now=now)
        assert await give(session, given, strategy) is None

    async def publish(
        self, strategy: UUID, graph: Graph, *, version: UUID | None = None, number: int
    ) -> UUID:
        version = version or uuid4()
        async with self.database.write() as session:
            await session.execute(
                insert(StrategyVersion).values(
                    id=version, strategy_id=strategy, number=number, graph=graph.model_dump(mode="json")
                )
            )
            await session.execute(update(Strategy).where(Strategy.id == strategy).values(version_id=version))
        return version

    async def start(self, strategy: UUID) -> StrategyInput:
        """What the API does on Start: the desired state first, then Temporal."""
        async with self.database.write() as session:
            await session.execute(
                update(Strategy)
                .where(Strategy.id == strategy)
                .values(
                    desired_state="running",
                    run_seq=Strategy.run_seq + 1,
                    running_since=None,
                    uptime_seconds=0,
                    started_at=None,
                    stopped_at=None,
                    next_execution_at=None,
                    consecutive_failures=0,
                )
            )
        async with self.database.read() as reading:
            start = await strategy_input(reading, strategy)
        assert start is not None

        async def begins() -> bool:
            await self.gateway.start_strategy(start)
            return (await self.gateway.state(strategy)).run_seq == start.run_seq

        # The gateway waits some seconds for a run that is ending, then leaves the start to `ensure_workflows`.
        await eventually(lambda: patiently(begins))
        return start

    async def want(self, strategy: UUID, desired: str) -> None:
        async with self.database.write() as session:
            await session.execute(
                update(Strategy).where(Strategy.id == strategy).values(desired_state=desired)
            )

    async def pause(self, strategy: UUID) -> None:
        await self.want(strategy, "paused")
        await patiently(lambda: self.gateway.pause(strategy))

    async def resume(self, strategy: UUID) -> None:
        await self.want(strategy, "running")
        await patiently(lambda: self.gateway.resume(strategy))

    async def resume_while_held(self, strategy: UUID) -> None:
        """Paused and resumed while an evaluation is under way, which reads the books in between and is held."""
        async with self.database.write() as session:
            await session.execute(text("LOCK TABLE strategies IN ACCESS EXCLUSIVE MODE"))
            await session.execute(
                update(Strategy).where(Strategy.id == strategy).values(desired_state="paused")
            )

            async def evaluating() -> bool:
                return (await self.state(strategy)).executing

            await eventually(evaluating)
            await self.gateway.resume(strategy)
        await self.want(strategy, "running")

    async def stop(self, strategy: UUID) -> None:
        await self.want(strategy, "stopped")
        run_seq = (await self.row(strategy)).run_seq
        await patiently(lambda: self.gateway.stop(strategy, run_seq))

    async def run_now(self, strategy: UUID, request_id: str | None = None) -> RunNowResult:
        request_id = request_id or str(uuid4())
        return await patiently(lambda: self.gateway.run_now(strategy, request_id))

    async def state(self, strategy: UUID) -> StrategyState:
        return await patiently(lambda: self.gateway.state(strategy))

    async def row(self, strategy: UUID) -> Strategy:
        async with self.database.read() as session:
            return await session.get_one(Strategy, strategy)

    async def rows(self, model: Any, strategy: UUID) -> list[Any]:
        """All rows of a table for one strategy, in a stable order."""
        order = {
            StrategyExecution: (StrategyExecution.number, StrategyExecution.step),
            StrategyEvent: (StrategyEvent.id,),
            Order: (Order.created_at,),
            StrategyTrade: (StrategyTrade.created_at,),
        }.get(model, ())
        async with self.database.read() as session:
            found = await session.scalars(select(model).where(model.strategy_id == strategy).order_by(*order))
            return list(found)

    async def executed(self, strategy: UUID, number: int, *, within: float = 30.0) -> list[Any]:
        """All execution rows once execution `number` is there and the workflow knows it.

        The books have it a moment earlier: a manual run asked in between would be answered by `number` itself.
        """

        async def look() -> list[Any]:
            rows = await self.rows(StrategyExecution, strategy)
            if not any(row.number >= number for row in rows):
                return []
            state = await self.state(strategy)
            return [] if state.executing and state.number <= number else rows

        return await eventually(look, within=within)

    async def has_status(self, strategy: UUID, status: str) -> Strategy:
        async def look() -> Strategy | None:
            row = await self.row(strategy)
            return row if row.status == status else None

        found = await eventually(look)
        assert found is not None
        return found


def settings_for(task_queue: str) -> Settings:
    return Settings(task_queue=task_queue, markets=MarketSource.SANDBOX, paper_latency_ms=0)


@asynccontextmanager
async def running_engine(
    database: Database,
    address: str,
    markets: FixedMarkets,
    *,
    continue_as_new_events: int = 500,
    formulas: FormulaEngine | None = None,
    feed: MarketFeed | None = None,
    task_queue: str | None = None,
) -> AsyncIterator[Engine]:
    """A worker of its own task queue, or of `task_queue` to go on where another one was, and a gateway to it. With a
    `feed` prices are watched, too, at a quick pace."""
    task_queue = task_queue or f"test-{uuid4()}"
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    gateway = TemporalGateway(
        address=address,
        namespace="default",
        task_queue=task_queue,
        api_key=None,
        tls=False,
        continue_as_new_events=continue_as_new_events,
    )
    worker: Worker = build_worker(
        client, settings_for(task_queue), database, markets, "sandbox", formulas=formulas
    )
    async with AsyncExitStack() as running:
        await running.enter_async_context(worker)
        if feed is not None:
            prices = build_price_worker(
                client, settings_for(task_queue), database, markets, lambda: feed, "sandbox", pace=QUICK_WATCH
            )
            await running.enter_async_context(prices)
            await gateway.start_price_watches()
        yield Engine(database, gateway, markets, client, task_queue)
