"""What is measured, each on servers of its own."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID, uuid4

from sqlalchemy import func, select, text
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from benchmarks import strategies
from benchmarks.no_op_loop import Loop, NoOpLoop
from benchmarks.stack import TASK_QUEUE, Stack, running_stack
from config.settings import Settings
from db.models import Strategy
from domain.ids import strategy_workflow_id

SATURATING_INTERVAL = 1
HISTORIES_READ = 20
FIRST_EXECUTIONS_MAX = 300


@dataclass(frozen=True)
class Throughput:
    """Executions per second while everything that can be done is done, and processor milliseconds for each, by part."""

    per_second: float
    milliseconds: dict[str, float]


@dataclass(frozen=True)
class Lateness:
    """Seconds from the planned time to the beginning of an execution, over all executions planned in the window."""

    executions: int
    due: int
    p50: float
    p99: float
    longest: float
    events_per_quiet_execution: float
    requests_per_minute: float
    cores: dict[str, float]


async def measured(
    stack: Stack, count: Callable[[], Awaitable[int]], warm_up: float, window: float
) -> Throughput:
    await asyncio.sleep(warm_up)
    began, cpu, done = time.monotonic(), stack.cpu(), await count()
    await asyncio.sleep(window)
    executed = await count() - done
    seconds = time.monotonic() - began
    spent = {part: used - cpu[part] for part, used in stack.cpu().items()}
    each = max(executed, 1)
    return Throughput(executed / seconds, {part: 1000 * used / each for part, used in spent.items()})


async def no_op_throughput(loops: int, warm_up: float, window: float) -> Throughput:
    async with running_stack("benchmarks.no_op_worker") as stack:
        client = await Client.connect(stack.temporal.address, data_converter=pydantic_data_converter)
        places = asyncio.Semaphore(strategies.STARTING_AT_ONCE)
        limit = Settings.model_fields["continue_as_new_events"].default

        async def begin(loop_id: UUID) -> None:
            loop = Loop(loop_id=loop_id, interval_seconds=SATURATING_INTERVAL, continue_as_new_events=limit)
            async with places:
                await client.start_workflow(NoOpLoop.run, loop, id=f"loop-{loop_id}", task_queue=TASK_QUEUE)

        await asyncio.gather(*(begin(uuid4()) for _ in range(loops)))

        async def count() -> int:
            return int((stack.folder / "worker.count").read_text() or 0)

        return await measured(stack, count, warm_up, window)


async def product_throughput(count: int, warm_up: float, window: float) -> Throughput:
    async with running_stack() as stack:
        wanted = await strategies.create(stack.database, count, SATURATING_INTERVAL)
        await strategies.start(stack.database, stack.gateway, wanted)
        # The first execution fills the watchlist; what is measured is what comes after, for the rest of a strategy's life.
        for _ in range(FIRST_EXECUTIONS_MAX):
            if not await waiting_for_first(stack):
                break
            await asyncio.sleep(1)
        return await measured(stack, lambda: executed(stack), warm_up, window)


async def waiting_for_first(stack: Stack) -> int:
    """How many strategies have not executed yet."""
    async with stack.database.read() as session:
        waiting = select(func.count()).where(Strategy.total_executions == 0)
        return int(await session.scalar(waiting) or 0)


async def executed(stack: Stack) -> int:
    async with stack.database.read() as session:
        return int(await session.scalar(select(func.sum(Strategy.total_executions))) or 0)


async def lateness(count: int, interval: int, window: float) -> Lateness:
    """Begins when every strategy has executed on its own grid at least once."""
    async with running_stack() as stack:
        wanted = await strategies.create(stack.database, count, interval)
        await strategies.start(stack.database, stack.gateway, wanted)
        # The first execution is at once, the second up to one and a half intervals later.
        await asyncio.sleep(interval * 1.5)
        began, cpu, asked = datetime.now(UTC), stack.cpu(), await stack.upstream_requests()
        await asyncio.sleep(window)
        ended, spent = datetime.now(UTC), stack.cpu()
        requests = await stack.upstream_requests() - asked
        seconds = (ended - began).total_seconds()
        # What was planned in the last seconds of the window may still be on its way.
        await asyncio.sleep(5)
        row = await late_by(stack, began, ended)
        return Lateness(
            executions=row[0],
            due=round(count * seconds / interval),
            p50=float(row[1] or 0),
            p99=float(row[2] or 0),
            longest=float(row[3] or 0),
            events_per_quiet_execution=await events_per_execution(stack, wanted),
            requests_per_minute=requests * 60 / seconds,
            cores={part: (used - cpu[part]) / seconds for part, used in spent.items()},
        )


async def late_by(stack: Stack, began: datetime, ended: datetime) -> tuple[int, float, float, float]:
    """(executions, median, 99th of 100, longest) of those planned between the two times."""
    late = "extract(epoch from started_at - scheduled_for)"
    query = text(
        f"select count(*), percentile_cont(0.5) within group (order by {late}), "
        f"percentile_cont(0.99) within group (order by {late}), max({late}) from strategy_executions "
        "where step = 0 and number > 1 and scheduled_for >= :began and scheduled_for < :ended"
    )
    async with stack.database.read() as session:
        row = (await session.execute(query, {"began": began, "ended": ended})).one()
    return int(row[0]), row[1], row[2], row[3]


async def events_per_execution(stack: Stack, wanted: Sequence[UUID]) -> float:
    """Events from one evaluation to the next, of those after the first, which fills the watchlist; the median."""
    client = await Client.connect(stack.temporal.address, data_converter=pydantic_data_converter)
    found: list[int] = []
    for strategy in wanted[:HISTORIES_READ]:
        history = await client.get_workflow_handle(strategy_workflow_id(strategy)).fetch_history()
        evaluations = [
            event.event_id
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
            and event.activity_task_scheduled_event_attributes.activity_type.name == "evaluate"
        ]
        found += [later - earlier for earlier, later in pairwise(evaluations[1:])]
    return statistics.median(found) if found else 0.0
