"""What is deleted, and what never is."""

import zlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from api.housekeeping import FIRST_DAY, keep_house, prune_evidence
from db.models import Evidence, IdempotencyKey, StrategyEvent
from db.repositories.events import add_event
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import add_execution
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


async def test_the_newest_event_stays_so_that_its_number_is_not_given_again(
    person: Person, database: Database
) -> None:
    async with database.write() as session:
        await add_event(
            session, user_id=person.id, strategy_id=None, kind="k", message="newest", timeline=False
        )

    async def published() -> bool:
        return (await _events(database, person))["newest"].stream_seq is not None

    await eventually(published)
    await keep_house(database, datetime.now(UTC) + timedelta(days=3))
    async with database.read() as reading:
        left = await reading.scalars(
            select(StrategyEvent.stream_seq).order_by(StrategyEvent.stream_seq.desc())
        )
        assert left.first() is not None


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
    done = await prune_evidence(database, datetime.now(UTC), FIRST_DAY)
    assert done == (datetime.now(UTC) - timedelta(days=7)).date()
    async with database.read() as reading:
        kept = set(
            await reading.scalars(
                select(Evidence.digest).where(Evidence.digest.in_((shared, quiet, before_trade, new)))
            )
        )
    assert kept == {shared, before_trade, new}
