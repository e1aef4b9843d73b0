"""The live stream: in order, without gaps or repetitions, whatever breaks in between."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select, text, update

from api.event_stream.publisher import APPLICATION_NAME as PUBLISHER
from api.event_stream.subscriptions import APPLICATION_NAME as LISTENER
from api.event_stream.subscriptions import STREAMS_PER_USER_MAX
from api.users import accounts
from db.models import ApiToken, StrategyEvent
from db.repositories.events import add_event
from db.session import Database
from tests.api.conftest import Person
from tests.api.sse import OpenStream, open_stream
from tests.eventually import eventually


async def _tell(database: Database, person: Person, message: str, *, timeline: bool = False) -> None:
    async with database.write() as session:
        await add_event(
            session,
            user_id=person.id,
            strategy_id=None,
            kind="execution_finished",
            message=message,
            data={"n": message},
            timeline=timeline,
        )


def _messages(stream: OpenStream) -> list[str]:
    return [event.data["message"] for event in stream.told()]


async def _kill(database: Database, application_name: str) -> int:
    async with database.write() as session:
        killed = await session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"),
            {"name": application_name},
        )
        return len(killed.all())


async def test_hello_comes_first_and_events_follow_as_they_happen(
    person: Person, stranger: Person, database: Database
) -> None:
    async with open_stream(person.http) as stream:
        assert stream.hello.event == "hello"
        assert stream.hello.data["reset"] is False
        created = await person.create("Seen")
        await stranger.create("Not seen")
        await _tell(database, person, "quiet")
        await stream.have(2)
        first, second = stream.told()
        assert first.event == first.data["kind"] == "strategy_created"
        assert first.data["strategy_id"] == created["id"]
        assert first.data["timeline"] is True
        assert first.data["created_at"].endswith("Z")
        assert (second.data["message"], second.data["timeline"], second.data["data"]) == (
            "quiet",
            False,
            {"n": "quiet"},
        )
        assert stream.hello.id < first.id < second.id


async def test_a_stream_goes_on_behind_last_event_id(person: Person, database: Database) -> None:
    async with open_stream(person.http) as stream:
        for number in range(3):
            await _tell(database, person, f"{number}")
        events = await stream.have(3)
    for number in range(3, 6):
        await _tell(database, person, f"{number}")
    async with open_stream(person.http, last_event_id=events[0].id) as again:
        await again.have(5)
        assert _messages(again) == ["1", "2", "3", "4", "5"]


async def test_a_number_from_another_life_of_the_database_says_reset(person: Person) -> None:
    async with open_stream(person.http, last_event_id=10**15) as stream:
        assert stream.hello.data["reset"] is True
        assert stream.hello.id < 10**15


async def test_a_stream_that_was_away_for_days_says_reset_when_it_missed_something(
    person: Person, database: Database
) -> None:
    await _tell(database, person, "old")
    async with open_stream(person.http, last_event_id=0) as stream:
        # Without the event that was seen last nobody knows what was deleted since.
        assert stream.hello.data["reset"] is (stream.hello.id != 0)

    async def published() -> int | None:
        async with database.read() as session:
            return await session.scalar(
                select(StrategyEvent.stream_seq).where(StrategyEvent.user_id == person.id)
            )

    seen = await eventually(published)
    assert seen is not None
    long_ago = datetime.now(UTC) - timedelta(days=3)
    async with database.write() as session:
        await session.execute(
            update(StrategyEvent).where(StrategyEvent.stream_seq <= seen).values(created_at=long_ago)
        )
    async with open_stream(person.http, last_event_id=seen) as stream:
        assert stream.hello.data["reset"] is False
        await _tell(database, person, "new")
        await stream.have(1)
    async with open_stream(person.http, last_event_id=seen) as stream:
        assert stream.hello.data["reset"] is True
        assert stream.hello.id > seen


async def test_events_go_on_after_the_listener_lost_its_connection(
    person: Person, database: Database
) -> None:
    async with open_stream(person.http) as stream:
        await _tell(database, person, "before")
        await stream.have(1)
        assert await _kill(database, LISTENER) >= 1
        await _tell(database, person, "meanwhile")
        await _tell(database, person, "after")
        await stream.have(3, within=30)
        assert _messages(stream) == ["before", "meanwhile", "after"]


async def test_events_go_on_after_the_publisher_lost_its_connection(
    person: Person, database: Database
) -> None:
    async with open_stream(person.http) as stream:
        assert await _kill(database, PUBLISHER) >= 1
        await _tell(database, person, "one")
        await _tell(database, person, "two")
        await stream.have(2, within=30)
        assert _messages(stream) == ["one", "two"]


async def test_a_transaction_that_commits_late_is_not_passed_over(person: Person, database: Database) -> None:
    async with open_stream(person.http) as stream:
        async with database.write() as slow:
            await add_event(
                slow, user_id=person.id, strategy_id=None, kind="execution_finished", message="slow"
            )
            await _tell(database, person, "quick")
            await stream.have(1)
        await stream.have(2)
        # Its id is lower, its place in the stream is later: whoever has seen "quick" still gets "slow".
        assert _messages(stream) == ["quick", "slow"]


async def test_many_writers_at_once_lose_and_repeat_nothing(
    person: Person, stranger: Person, database: Database
) -> None:
    async with open_stream(person.http) as stream:
        writers = [
            _tell(database, owner, f"{number}") for number in range(60) for owner in (person, stranger)
        ]
        await asyncio.gather(*writers)
        await stream.have(60)
        assert sorted(_messages(stream), key=int) == [f"{number}" for number in range(60)]
        ids = [event.id for event in stream.told()]
        assert ids == sorted(set(ids))


async def test_deleting_a_strategy_gives_no_number_a_second_time(person: Person, database: Database) -> None:
    async with open_stream(person.http) as stream:
        strategy_id = (await person.create())["id"]
        (created,) = await stream.have(1)
        assert (await person.http.delete(f"/api/strategies/{strategy_id}")).status_code == 204
        deleted = (await stream.have(2))[1]
        assert deleted.event == "strategy_deleted"
        assert deleted.data["data"] == {"strategy_id": strategy_id}
        assert deleted.id > created.id
    async with database.read() as session:
        kept = await session.scalar(select(StrategyEvent).where(StrategyEvent.stream_seq == created.id))
    assert kept is not None
    assert kept.strategy_id is None


async def test_a_logout_ends_the_streams_of_that_login_and_no_other(
    visitor: httpx.AsyncClient, person: Person, database: Database
) -> None:
    async with database.write() as session:
        code = await accounts.create_login_link_code(session, person.id, datetime.now(UTC))
    await visitor.post("/api/login", json={"code": code})
    async with open_stream(visitor) as stream, open_stream(person.http) as other:
        answer = await visitor.post("/api/logout", headers={"X-Cascadian": "1"})
        assert answer.status_code == 204
        await eventually(lambda: _is_over(stream), within=5)
        await _tell(database, person, "later")
        await other.have(1)
        assert (stream.told(), other.ended) == ([], False)


async def test_a_token_that_was_revoked_hears_nothing_more(person: Person, database: Database) -> None:
    async with open_stream(person.http) as stream:
        async with database.write() as session:
            await session.execute(
                update(ApiToken).where(ApiToken.user_id == person.id).values(revoked_at=datetime.now(UTC))
            )
        await _tell(database, person, "later")
        await eventually(lambda: _is_over(stream))
        assert stream.told() == []


async def _is_over(stream: OpenStream) -> bool:
    return stream.ended


async def test_a_person_can_only_have_so_many_streams(person: Person) -> None:
    async with AsyncExitStack() as open_streams:
        for _ in range(STREAMS_PER_USER_MAX):
            await open_streams.enter_async_context(open_stream(person.http))
        refused = await person.http.get("/api/stream")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0

    async def room_again() -> bool:
        async with person.http.stream("GET", "/api/stream") as answer:
            return answer.status_code == 200

    await eventually(room_again)


async def test_bad_last_event_ids_are_refused(person: Person) -> None:
    for value in ("x", "-1", "1.5", "9" * 40):
        answer = await person.http.get("/api/stream", headers={"Last-Event-ID": value})
        assert answer.status_code == 422
