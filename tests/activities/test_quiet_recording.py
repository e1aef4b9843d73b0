"""The one statement of a quiet execution writes what the transaction for all others would have written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from db.models import (
    Evidence,
    Strategy,
    StrategyContinuation,
    StrategyEvent,
    StrategyExecution,
    StrategyWatchlist,
)
from db.repositories.evaluation_record import EvaluationRecord
from db.repositories.evaluation_recording import record_evaluation
from db.repositories.quiet_recording import record_quietly
from db.session import Database
from domain.ids import watchlist_entry_id
from domain.strategy.decision import AddToWatchlist, Decision, NodeSummary, Verdict
from tests.activities.test_evaluation_in_trouble import books_with, running
from tests.engine import Engine
from tests.fixed_markets import FixedMarkets
from tests.workflows.graphs import watching

NOW = datetime(2026, 11, 23, 12, 0, 7, 123456, tzinfo=UTC)


@pytest.fixture
def books(database: Database) -> Engine:
    return books_with(database, FixedMarkets())


async def quiet(books: Engine, strategy: UUID, number: int = 1, **changed: Any) -> EvaluationRecord:
    """An execution of two markets that came to nothing."""
    row = await books.row(strategy)
    assert row.version_id is not None
    verdicts = (
        Verdict(
            market_id="m1", question="Will m1?", port="out", sentence="volume 250,000 is at least 100,000"
        ),
        Verdict(market_id="m2", question="Will m2?", port=None, sentence="volume 7 is below 100,000"),
    )
    node = NodeSummary(
        node_id="filter",
        type="filter",
        type_version=1,
        title="Filter",
        rule="volume at least 100,000",
        items_in=2,
        items_out={"out": 1},
        verdicts=verdicts,
    )
    record = EvaluationRecord(
        strategy_id=strategy,
        user_id=row.user_id,
        name=row.name,
        mode=row.mode,
        source="sandbox",
        run_seq=1,
        version_id=row.version_id,
        number=number,
        step=0,
        trigger="schedule",
        scheduled_for=NOW - timedelta(seconds=2),
        started_at=NOW,
        finished_at=NOW + timedelta(milliseconds=40),
        on_time=True,
        missed_before=0,
        nodes=[{**node.model_dump(mode="json"), "duration_ms": 0.5, "error": None}],
        evidence=[{"request": {"kind": "watchlist"}, "answer": f"d-{strategy}", "duration_ms": 1.25}],
        evidence_bodies=[(f"d-{strategy}", b"body"), (f"c-{strategy}", b"other body")],
        engine_build="test",
        decision=Decision(nodes=(node,), effects=(), deferrals=()),
        next_execution_at=NOW + timedelta(minutes=1),
    )
    return replace(record, **changed)


async def watch(books: Engine, strategy: UUID, market: str, **values: Any) -> None:
    async with books.database.write() as session:
        await session.execute(
            insert(StrategyWatchlist).values(
                id=watchlist_entry_id(strategy, 0, 0, "test", market),
                strategy_id=strategy,
                market_id=market,
                added_at=NOW - timedelta(hours=1),
                **values,
            )
        )


async def written(books: Engine, strategy: UUID) -> dict[str, Any]:
    """Everything the books say of the strategy, without what differs by nature: ids and the server's own times."""

    def plain(row: Any, *without: str) -> dict[str, Any]:
        names = [column.key for column in row.__mapper__.column_attrs]
        return {
            name: getattr(row, name)
            for name in names
            if name not in ("id", "strategy_id", "user_id", *without)
        }

    async with books.database.read() as session:
        evidence = await session.scalars(
            select(Evidence)
            .where(Evidence.digest.in_((f"d-{strategy}", f"c-{strategy}")))
            .order_by(Evidence.body)
        )
        return {
            "strategy": plain(await session.get_one(Strategy, strategy), "created_at", "version_id"),
            "executions": [
                plain(r, "version_id", "evidence") for r in await books.rows(StrategyExecution, strategy)
            ],
            "asked": [len(r.evidence) for r in await books.rows(StrategyExecution, strategy)],
            "events": [
                plain(r, "created_at", "stream_seq") for r in await books.rows(StrategyEvent, strategy)
            ],
            "watchlist": sorted(
                (plain(r) for r in await books.rows(StrategyWatchlist, strategy)),
                key=lambda row: str(row["market_id"]),
            ),
            "evidence": [(row.day, row.body) for row in evidence],
        }


@pytest.mark.parametrize("missed", [0, 3])
@pytest.mark.parametrize("watched", [False, True])
async def test_both_ways_of_recording_write_the_same(books: Engine, missed: int, watched: bool) -> None:
    one, other = await running(books, watching()), await running(books, watching())
    for strategy in (one, other):
        if watched:
            await watch(books, strategy, "m1")
            await watch(books, strategy, "m3")
    assert await record_quietly(books.database.prepared, await quiet(books, one, missed_before=missed))
    async with books.database.write() as session:
        assert await record_evaluation(session, await quiet(books, other, missed_before=missed))
    found = await written(books, one)
    assert found == await written(books, other)
    assert len(found["executions"]) == 1
    assert len(found["events"]) == (2 if missed else 1)
    if watched:
        verdicts = sorted(len(entry["verdicts"]) for entry in found["watchlist"])
        assert verdicts == [0, 1]


async def test_a_quiet_execution_tells_when_the_next_continuation_is_due(books: Engine) -> None:
    strategy = await running(books, watching())
    record = await quiet(books, strategy)
    due = NOW + timedelta(minutes=9)
    async with books.database.write() as session:
        await session.execute(
            insert(StrategyContinuation).values(
                id=watchlist_entry_id(strategy, 1, 1, "wait", "m1"),
                strategy_id=strategy,
                run_seq=1,
                number=1,
                step=1,
                node_id="wait",
                port="out",
                items=[],
                version_id=record.version_id,
                due_at=due,
            )
        )
    recorded = await record_quietly(books.database.prepared, record)
    assert recorded is not None
    assert recorded.next_due == due


@pytest.mark.parametrize("why", ["recorded before", "another run", "unwell", "something expired", "gone"])
async def test_what_is_not_quiet_after_all_changes_nothing(books: Engine, why: str) -> None:
    strategy = await running(books, watching())
    record = await quiet(books, strategy)
    if why == "something expired":
        await watch(books, strategy, "m1", expires_at=NOW)
    changes: dict[str, dict[str, Any]] = {
        "recorded before": {"last_number": 1},
        "another run": {"run_seq": 2},
        "unwell": {"degraded_reason": "the venue answers 503"},
    }
    values = changes.get(why)
    if values:
        async with books.database.write() as session:
            await session.execute(update(Strategy).where(Strategy.id == strategy).values(**values))
    if why == "gone":
        record = replace(record, strategy_id=UUID(int=7))
    before = await written(books, strategy)
    assert await record_quietly(books.database.prepared, record) is None
    assert await written(books, strategy) == before


async def test_a_pinned_entry_past_its_time_is_no_reason_for_the_long_way(books: Engine) -> None:
    strategy = await running(books, watching())
    await watch(books, strategy, "m1", expires_at=NOW, pinned=True)
    assert await record_quietly(books.database.prepared, await quiet(books, strategy))


async def test_what_the_database_refuses_is_left_to_the_way_that_says_so(books: Engine) -> None:
    strategy = await running(books, watching())
    record = await quiet(books, strategy, nodes=[{"title": "a null \u0000 character"}])
    assert await record_quietly(books.database.prepared, record) is None
    assert (await books.row(strategy)).total_executions == 0


async def test_an_execution_with_an_effect_is_not_quiet(books: Engine) -> None:
    strategy = await running(books, watching())
    effect = AddToWatchlist(
        node_id="add",
        market_id="m1",
        reason="",
        question="",
        price=None,
        volume=None,
        liquidity=None,
        spread=None,
    )
    decision = Decision(nodes=(), effects=(effect,), deferrals=())
    record = await quiet(books, strategy)
    assert record.may_be_quiet
    assert not replace(record, decision=decision).may_be_quiet
    assert not replace(record, decision=None).may_be_quiet
    assert not replace(record, step=1).may_be_quiet


@pytest.mark.parametrize("quietly", [True, False])
async def test_a_schedule_changed_during_the_evaluation_stands(books: Engine, quietly: bool) -> None:
    strategy = await running(books, watching())
    record = await quiet(books, strategy)
    moved = NOW + timedelta(hours=3)
    async with books.database.write() as session:
        await session.execute(update(Strategy).where(Strategy.id == strategy).values(next_execution_at=moved))
    if quietly:
        assert await record_quietly(books.database.prepared, record)
    else:
        async with books.database.write() as session:
            assert await record_evaluation(session, record)
    row = await books.row(strategy)
    assert (row.next_execution_at, row.total_executions) == (moved, 1)
