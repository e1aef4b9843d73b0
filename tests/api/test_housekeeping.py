"""What is deleted, and what never is."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from api.housekeeping import (
    QUIET_EXECUTIONS_KEPT,
    TIMELINE_KEPT,
    keep_house,
    prune_evidence,
    prune_executions,
    prune_quiet_events,
    prune_timeline,
)
from db.models import Evidence, IdempotencyKey, StrategyEvent, StrategyExecution
from db.repositories.events import add_event
from db.repositories.pruning_marks import FIRST_DAY, done_before
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import add_execution, set_strategy
from tests.eventually import eventually


async def _events(database: Database, person: Person) -> dict[str, StrategyEvent]:
    async with database.read() as session:
        rows = await session.scalars(select(StrategyEvent).where(StrategyEvent.user_id == person.id))
        return {row.message: row for row in rows}


async def test_quiet_events_go_after_a_day_and_the_timeline_stays(person: Person, database: Database) -> None:
    async with database.write() as session:
        for message, timeline in (
            ("old quiet", False),
            ("old", True),
            ("new quiet", False),
            ("newest", False),
        ):
            await add_event(
                session, user_id=person.id, strategy_id=None, kind="k", message=message, timeline=timeline
            )

    async def published() -> bool:
        return all(event.stream_seq for event in (await _events(database, person)).values())

    await eventually(published)
    async with database.write() as session:
        await session.execute(
            update(StrategyEvent)
            .where(StrategyEvent.user_id == person.id, StrategyEvent.message.in_(("old", "old quiet")))
            .values(created_at=datetime.now(UTC) - timedelta(days=2))
        )
    await keep_house(database, datetime.now(UTC))
    assert set(await _events(database, person)) == {"old", "new quiet", "newest"}


async def test_quiet_events_go_in_batches_until_none_is_left(person: Person, database: Database) -> None:
    async with database.write() as session:
        for number in range(6):
            await add_event(
                session, user_id=person.id, strategy_id=None, kind="k", message=f"{number}", timeline=False
            )

    async def published() -> bool:
        return all(event.stream_seq for event in (await _events(database, person)).values())

    await eventually(published)
    old = datetime.now(UTC) - timedelta(days=400)
    async with database.write() as session:
        await session.execute(
            update(StrategyEvent)
            .where(StrategyEvent.user_id == person.id, StrategyEvent.message != "5")
            .values(created_at=old)
        )
    await prune_quiet_events(database, old + timedelta(days=1), batch=2)
    assert set(await _events(database, person)) == {"5"}


async def test_the_newest_event_stays_so_that_its_number_is_not_given_again(
    person: Person, database: Database
) -> None:
    async with database.write() as session:
        await add_event(
            session, user_id=person.id, strategy_id=None, kind="k", message="newest", timeline=False
        )

    async def published() -> bool:
        return (await _events(database, person))["newest"].stream_seq is not None

    async def newest() -> int | None:
        async with database.read() as reading:
            return await reading.scalar(select(func.max(StrategyEvent.stream_seq)))

    await eventually(published)
    number = await newest()
    await keep_house(database, datetime.now(UTC) + timedelta(days=3))
    assert await newest() == number


async def test_old_answers_to_idempotent_requests_go(person: Person, database: Database) -> None:
    await person.http.post(
        "/api/strategies",
        json={"name": "x", "template": {"id": "politics-momentum-bot"}},
        headers={"Idempotency-Key": "old"},
    )
    async with database.write() as session:
        await session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.user_id == person.id)
            .values(created_at=datetime.now(UTC) - timedelta(days=3))
        )
    await keep_house(database, datetime.now(UTC))
    async with database.read() as reading:
        keys = await reading.scalars(select(IdempotencyKey).where(IdempotencyKey.user_id == person.id))
        assert keys.all() == []


async def test_evidence_of_quiet_executions_goes_after_7_days_and_of_acting_ones_stays(
    person: Person, database: Database
) -> None:
    created = await person.create()
    strategy_id, version_id = UUID(created["id"]), UUID(created["version"]["id"])
    old = datetime(2021, 3, 4, 12, tzinfo=UTC)
    recent = datetime.now(UTC)
    shared, quiet, before_trade, new = (uuid4().hex for _ in range(4))

    async def execution(
        number: int, at: datetime, digests: list[str], step: int = 0, orders: int = 0
    ) -> None:
        await add_execution(
            database,
            strategy_id,
            version_id,
            number,
            step=step,
            started_at=at,
            evidence=[{"request": {}, "answer": digest} for digest in digests],
            order_ids=[str(uuid4()) for _ in range(orders)],
        )

    await execution(1, old, [shared, quiet])
    await execution(2, old, [shared, before_trade])
    await execution(2, old + timedelta(hours=1), [], step=1, orders=1)
    await execution(3, recent, [new])
    async with database.write() as session:
        days = [(old.date(), shared), (old.date(), quiet), (old.date(), before_trade), (recent.date(), new)]
        await session.execute(
            insert(Evidence), [{"day": day, "digest": d, "body": zlib.compress(b"{}")} for day, d in days]
        )
    await prune_evidence(database, FIRST_DAY, (datetime.now(UTC) - timedelta(days=7)).date())
    async with database.read() as reading:
        kept = set(
            await reading.scalars(
                select(Evidence.digest).where(Evidence.digest.in_((shared, quiet, before_trade, new)))
            )
        )
        asked = {
            (number, step): len(evidence)
            for number, step, evidence in await reading.execute(
                select(StrategyExecution.number, StrategyExecution.step, StrategyExecution.evidence).where(
                    StrategyExecution.strategy_id == strategy_id
                )
            )
        }
    assert kept == {shared, before_trade, new}
    assert asked == {(1, 0): 0, (2, 0): 2, (2, 1): 0, (3, 0): 1}


async def test_quiet_executions_go_after_31_days_and_those_with_effects_stay(
    person: Person, database: Database
) -> None:
    created = await person.create(interval_seconds=60)
    strategy_id, version_id = UUID(created["id"]), UUID(created["version"]["id"])
    now = datetime.now(UTC)
    old, in_window = now - timedelta(days=33), now - timedelta(days=29)

    async def execution(number: int, at: datetime, **changes: Any) -> None:
        times = {"scheduled_for": at, "started_at": at, "finished_at": at}
        await add_execution(database, strategy_id, version_id, number, **times, **changes)

    for number in range(1, 8):
        await execution(number, old)
    await execution(2, old, step=1, order_ids=[str(uuid4())])
    await execution(8, old, watchlist_added=1)
    await execution(9, old, nodes=[{"type": "notify"}])
    await execution(10, in_window, on_time=False, missed_before=2)
    await execution(11, now)
    url = f"/api/strategies/{strategy_id}"
    on_time = (await person.http.get(url)).json()["on_time"]
    assert on_time["d30"]["due"] == 4

    await prune_executions(database, old.date(), (now - QUIET_EXECUTIONS_KEPT).date(), batch=2)
    async with database.read() as reading:
        rows = await reading.execute(
            select(StrategyExecution.number, StrategyExecution.step)
            .where(StrategyExecution.strategy_id == strategy_id)
            .order_by(StrategyExecution.number, StrategyExecution.step)
        )
        assert [tuple(row) for row in rows] == [(2, 0), (2, 1), (8, 0), (9, 0), (10, 0), (11, 0)]
        assert await done_before(reading, "executions") >= (now - QUIET_EXECUTIONS_KEPT).date()
    assert (await person.http.get(url)).json()["on_time"] == on_time
    listed = (await person.http.get(f"{url}/executions")).json()["items"]
    assert [execution["number"] for execution in listed] == [11, 10, 9, 8, 2]

    await set_strategy(database, strategy_id, last_number=11)
    gone = await person.http.get(f"{url}/executions/1")
    assert gone.status_code == 404
    assert "31 days" in gone.json()["detail"]
    assert "no such" in (await person.http.get(f"{url}/executions/12")).json()["detail"]


async def test_the_timeline_goes_after_90_days(person: Person, database: Database) -> None:
    async with database.write() as session:
        for message in ("first", "second", "third", "young", "newest"):
            await add_event(session, user_id=person.id, strategy_id=None, kind="k", message=message)

    async def published() -> bool:
        return all(event.stream_seq for event in (await _events(database, person)).values())

    await eventually(published)
    now = datetime.now(UTC)
    async with database.write() as session:
        for message, age in (("first", 92), ("second", 91), ("third", 91), ("young", 89)):
            await session.execute(
                update(StrategyEvent)
                .where(StrategyEvent.user_id == person.id, StrategyEvent.message == message)
                .values(created_at=now - timedelta(days=age))
            )
        # Events that other tests wrote before are older in this table: ids rise with time.
        await session.execute(
            update(StrategyEvent)
            .where(StrategyEvent.user_id != person.id)
            .values(created_at=now - timedelta(days=200))
        )
    await prune_timeline(database, now, batch=2)
    assert set(await _events(database, person)) == {"young", "newest"}
    assert timedelta(days=90) == TIMELINE_KEPT
