"""One strategy, the people who steer it, and what the books must say at the end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import update
from temporalio.testing import WorkflowEnvironment

from contracts.strategy import PublishVersion
from db.models import Order, Strategy, StrategyContinuation, StrategyExecution
from domain.graph.graph import Graph
from domain.ids import strategy_workflow_id
from domain.templates.drawing import Drawing, comparison
from tests.engine import Engine
from tests.eventually import eventually
from tests.fixed_markets import a_market
from tests.simulation.expected_schedule import ExpectedSchedule
from tests.simulation.time_skipping import AbandonedLocks, sleep_until

SLACK = timedelta(milliseconds=5)
"""Times of the server are cut to milliseconds in places."""
AMOUNT = Decimal(10)


def graph(wait: timedelta) -> Graph:
    """Watches all; buys what is cheap and takes it off the watchlist once filled; and puts it back after a while."""
    cheap = {"conditions": [comparison("price", "<", "0.3")]}
    return (
        Drawing()
        .node("stream", "stream_markets", (0, 0), {"tag": "politics"})
        .node("watch", "add_to_watchlist", (1, 0))
        .node("cheap", "filter", (1, 1), cheap)
        .node("buy", "execute_trade", (2, 1), {"outcome": "Yes", "amount": str(AMOUNT)})
        .node("unwatch", "remove_from_watchlist", (3, 1))
        .node("wait", "wait", (2, 2), {"minutes": wait // timedelta(minutes=1)})
        .node("again", "add_to_watchlist", (3, 2))
        .edge("stream", "watch")
        .edge("stream", "cheap")
        .edge("cheap", "buy")
        .edge("buy", "unwatch", "filled")
        .edge("cheap", "wait")
        .edge("wait", "again")
        .graph()
    )


@dataclass(slots=True)
class Simulation:
    environment: WorkflowEnvironment
    engine: Engine
    expected: ExpectedSchedule
    wait: timedelta
    locks: AbandonedLocks
    versions: int = 1
    dropped: int = 0
    """Continuations that were waiting when the strategy was stopped."""
    pauses: int = 0
    stops: int = 0
    edits: int = 0
    runs: list[list[int]] = field(default_factory=list)
    """For each Start that was stopped again, the history lengths of its runs."""
    answered: dict[str, int] = field(default_factory=dict)
    """Execution number by request id of the manual runs."""

    @classmethod
    async def prepare(
        cls, environment: WorkflowEnvironment, engine: Engine, interval: timedelta
    ) -> "Simulation":
        # The node waits whole minutes.
        wait = timedelta(minutes=interval * 3 // 2 // timedelta(minutes=1))
        strategy = await engine.create(
            graph(wait), interval_seconds=int(interval.total_seconds()), allocation="250"
        )
        version = (await engine.row(strategy)).version_id
        assert version is not None
        return cls(
            environment,
            engine,
            ExpectedSchedule(strategy, interval, version),
            wait,
            AbandonedLocks(environment),
        )

    @property
    def strategy(self) -> UUID:
        return self.expected.strategy_id

    async def now(self) -> datetime:
        return await self.environment.get_current_time()

    async def go_on_for(self, duration: timedelta) -> None:
        """Lets time pass up to a moment between two slots, then checks that the books have caught up."""
        until = self.expected.quiet_moment(await self.now() + duration)
        await sleep_until(self.environment, until, self._give_back_locks)
        self.expected.passed(until)
        await self.caught_up()

    async def _give_back_locks(self) -> None:
        orders = await self.engine.rows(Order, self.strategy)
        await self.locks.give_back(order.id for order in orders if order.final_at)

    async def caught_up(self) -> None:
        async def look() -> bool:
            orders = await self.engine.rows(Order, self.strategy)
            waiting = [c for c in await self._continuations() if c.status == "waiting"]
            bought = sum(execution.buys for execution in self.expected.executions)
            row = await self.engine.row(self.strategy)
            assert row.last_number == len(self.expected.executions)
            assert len(orders) == bought
            assert all(order.final_at for order in orders)
            now = await self.now()
            due = [c for c in waiting if c.due_at is None or c.due_at <= now]
            assert not due or row.status != "running"
            return True

        await eventually(look, within=30)
        await self._give_back_locks()

    async def _continuations(self) -> list[StrategyContinuation]:
        return await self.engine.rows(StrategyContinuation, self.strategy)

    async def start(self) -> None:
        before = await self.now()
        await self.engine.start(self.strategy)
        number = len(self.expected.executions) + 1
        row = await self.engine.has_status(self.strategy, "running")
        first = next(e for e in await self.engine.executed(self.strategy, number) if e.number == number)
        assert row.running_since is not None
        assert before - SLACK <= row.running_since <= first.scheduled_for <= await self.now() + SLACK
        self.expected.started(row.running_since, first.scheduled_for)
        await self.caught_up()

    async def pause(self) -> None:
        self.pauses += 1
        self.expected.held(await self._done("paused", self.engine.pause))

    async def stop(self) -> None:
        self.stops += 1
        self.dropped += sum(c.status == "waiting" for c in await self._continuations())
        self.expected.held(await self._done("stopped", self.engine.stop))
        self.runs.append(await self._run_lengths())
        await self.uptime_is_exact()

    async def _done(self, status: str, command: object) -> datetime:
        """Gives the command and answers with the moment it took effect."""
        before = await self.now()
        assert callable(command)
        await command(self.strategy)
        row = await self.engine.has_status(self.strategy, status)
        at = row.last_activity_at
        assert at is not None
        assert before - SLACK <= at <= await self.now() + SLACK
        return at

    async def resume(self) -> None:
        await self._done("running", self.engine.resume)
        row = await self.engine.row(self.strategy)
        assert row.running_since is not None
        self.expected.resumed(row.running_since)

    async def run_now(self) -> None:
        request = str(uuid4())
        self.expected.ran_now()
        self.answered[request] = len(self.expected.executions)
        assert (await self.engine.run_now(self.strategy, request)).number == self.answered[request]
        await self.caught_up()
        assert (await self.engine.run_now(self.strategy, request)).number == self.answered[request]

    async def edit(self, interval: timedelta) -> None:
        """Saves a new version with another interval, as the API does."""
        self.versions += 1
        self.edits += 1
        name = f"Edited {self.edits} times"
        version = await self.engine.publish(self.strategy, graph(self.wait), number=self.versions)
        seconds = int(interval.total_seconds())
        async with self.engine.database.write() as session:
            await session.execute(
                update(Strategy)
                .where(Strategy.id == self.strategy)
                .values(interval_seconds=seconds, name=name)
            )
        before = await self.now()
        await self.engine.gateway.publish_version(
            self.strategy, PublishVersion(version_id=version, name=name, interval_seconds=seconds)
        )
        state = await self.engine.state(self.strategy)
        allowed = self.expected.edited(interval, version, before - SLACK, await self.now() + SLACK)
        assert state.interval_seconds == seconds
        assert state.next_execution_at in allowed or (state.next_execution_at is None and not allowed)
        self.expected.next_slot = state.next_execution_at

    def set_price(self, price: str) -> None:
        self.engine.markets.all["m1"] = a_market("m1", price=price)
        self.expected.buys = Decimal(price) < Decimal("0.3")

    async def uptime_is_exact(self) -> None:
        """To the millisecond in the books; the query says the same while it runs."""
        expected = self.expected
        stored = (await self.engine.row(self.strategy)).uptime_seconds
        assert abs(stored - expected.uptime) <= Decimal("0.001")
        if expected.running_since is not None:
            state = await self.engine.state(self.strategy)
            since = Decimal((state.as_of - expected.running_since) // timedelta(microseconds=1)) / 1_000_000
            assert abs(state.uptime_seconds - expected.uptime - since) <= Decimal("0.001")

    async def executions(self) -> list[StrategyExecution]:
        return await self.engine.rows(StrategyExecution, self.strategy)

    async def _run_lengths(self) -> list[int]:
        """Events of each run since the last Start, in their order: one ends where the next continues as new."""
        client = self.engine.client
        workflow_id = strategy_workflow_id(self.strategy)
        handle = client.get_workflow_handle(workflow_id)
        run_id = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
        lengths: list[int] = []
        while run_id:
            history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
            lengths.append(len(history.events))
            last = history.events[-1]
            run_id = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        return lengths
