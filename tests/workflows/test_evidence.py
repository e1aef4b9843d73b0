"""What a decision saw can still be read when housekeeping has been there."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from api.housekeeping import prune_evidence
from db.models import Evidence, Order, StrategyExecution
from db.repositories.evidence import read_evidence
from tests.engine import Engine
from tests.eventually import eventually
from tests.workflows.graphs import trading, waiting

LONG_AGO = datetime(2022, 5, 6, 12, tzinfo=UTC)


def digests(executions: list[Any]) -> set[str]:
    answers = [asked["answer"] for row in executions for asked in row.evidence]
    return {
        digest
        for answer in answers
        for digest in (answer.values() if isinstance(answer, dict) else (answer,))
    }


async def grown_old(engine: Engine, strategy: UUID) -> set[str]:
    """As if all its executions had taken place long ago; the digests of what they saw."""
    seen = digests(await engine.rows(StrategyExecution, strategy))
    assert seen
    async with engine.database.write() as session:
        await session.execute(
            update(StrategyExecution)
            .where(StrategyExecution.strategy_id == strategy)
            .values(started_at=LONG_AGO)
        )
        await session.execute(update(Evidence).where(Evidence.digest.in_(seen)).values(day=LONG_AGO.date()))
    return seen


async def left_after_pruning(engine: Engine, seen: set[str]) -> set[str]:
    await prune_evidence(engine.database, LONG_AGO.date(), LONG_AGO.date() + timedelta(days=1))
    async with engine.database.read() as session:
        return set(await read_evidence(session, LONG_AGO.date(), list(seen)))


async def test_evidence_of_an_execution_that_traded_stays_for_good(engine: Engine) -> None:
    strategy = await engine.create(trading("10"))
    await engine.start(strategy)

    async def settled() -> bool:
        orders = await engine.rows(Order, strategy)
        return bool(orders) and all(order.final_at for order in orders)

    await eventually(settled)
    await engine.stop(strategy)
    await engine.has_status(strategy, "stopped")
    seen = await grown_old(engine, strategy)
    assert await left_after_pruning(engine, seen) == seen


async def test_evidence_of_what_still_waits_stays_until_it_waits_no_more(engine: Engine) -> None:
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    seen = await grown_old(engine, strategy)
    assert await left_after_pruning(engine, seen) == seen
    await engine.stop(strategy)
    await engine.has_status(strategy, "stopped")
    assert await left_after_pruning(engine, seen) == set()
