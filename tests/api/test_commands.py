"""Start, pause, resume, stop and run now while Temporal is away: what is wanted is kept, and said to be pending."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from db.models import Strategy
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import set_strategy


async def _post(person: Person, strategy_id: str, command: str) -> Any:
    return await person.http.post(f"/api/strategies/{strategy_id}/{command}")


async def _row(database: Database, strategy_id: str) -> Strategy:
    async with database.read() as session:
        return await session.get_one(Strategy, UUID(strategy_id))


async def test_start_is_accepted_and_pending_while_temporal_is_away(
    person: Person, database: Database
) -> None:
    strategy_id = (await person.create())["id"]
    answer = await _post(person, strategy_id, "start")
    assert answer.status_code == 202
    view = answer.json()
    assert (view["desired_state"], view["status"], view["pending"]) == ("running", "draft", True)
    row = await _row(database, strategy_id)
    assert (row.run_seq, row.next_execution_at) == (1, None)

    again = await _post(person, strategy_id, "start")
    assert again.status_code == 409
    assert again.json()["code"] == "already_running"
    assert (await _row(database, strategy_id)).run_seq == 1


async def test_of_two_starts_at_once_exactly_one_wins(person: Person, database: Database) -> None:
    strategy_id = (await person.create())["id"]
    answers = await asyncio.gather(*[_post(person, strategy_id, "start") for _ in range(6)])
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 5
    assert (await _row(database, strategy_id)).run_seq == 1


async def test_a_strategy_can_be_created_running(person: Person, database: Database) -> None:
    created = await person.create(start=True)
    assert (created["desired_state"], created["pending"]) == ("running", True)
    assert (await _row(database, created["id"])).run_seq == 1


async def test_start_after_stop_begins_a_new_run_and_keeps_the_numbers(
    person: Person, database: Database
) -> None:
    strategy_id = (await person.create(start=True))["id"]
    await set_strategy(
        database,
        strategy_id,
        status="running",
        last_number=7,
        uptime_seconds=100,
        consecutive_failures=2,
        next_execution_at=datetime.now(UTC),
    )
    assert (await _post(person, strategy_id, "stop")).json()["pending"] is True
    await set_strategy(database, strategy_id, status="stopped", stopped_at=datetime.now(UTC))
    view = (await _post(person, strategy_id, "start")).json()
    assert (view["status"], view["desired_state"], view["uptime_seconds"]) == ("stopped", "running", 0)
    row = await _row(database, strategy_id)
    assert (row.run_seq, row.last_number, row.consecutive_failures) == (2, 7, 0)
    assert row.next_execution_at is None
    assert row.stopped_at is None


@pytest.mark.parametrize("command", ["pause", "resume", "run"])
@pytest.mark.parametrize("state", ["draft", "stopped"])
async def test_what_does_not_run_cannot_be_paused_resumed_or_run(
    person: Person, database: Database, command: str, state: str
) -> None:
    strategy_id = (await person.create())["id"]
    await set_strategy(database, strategy_id, desired_state=state, status=state)
    answer = await _post(person, strategy_id, command)
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_running"


@pytest.mark.parametrize("state", ["draft", "stopped"])
async def test_stopping_what_does_not_run_is_refused(person: Person, database: Database, state: str) -> None:
    strategy_id = (await person.create())["id"]
    await set_strategy(database, strategy_id, desired_state=state, status=state)
    answer = await _post(person, strategy_id, "stop")
    assert answer.status_code == 409
    assert answer.json()["code"] == "already_stopped"


async def test_pause_and_resume_are_wanted_at_once_and_may_be_repeated(
    person: Person, database: Database
) -> None:
    strategy_id = (await person.create(start=True))["id"]
    await set_strategy(database, strategy_id, status="running")
    for _ in range(2):
        paused = await _post(person, strategy_id, "pause")
        assert paused.status_code == 202
        assert (paused.json()["desired_state"], paused.json()["pending"]) == ("paused", True)
    await set_strategy(database, strategy_id, status="paused")
    assert (await _post(person, strategy_id, "start")).json()["code"] == "already_running"
    resumed = (await _post(person, strategy_id, "resume")).json()
    assert (resumed["desired_state"], resumed["pending"]) == ("running", True)


async def test_an_error_is_where_a_running_strategy_can_be(person: Person, database: Database) -> None:
    strategy_id = (await person.create(start=True))["id"]
    await set_strategy(database, strategy_id, status="error", status_reason="5 executions failed in a row")
    view = (await person.http.get(f"/api/strategies/{strategy_id}")).json()
    assert (view["status"], view["pending"]) == ("error", False)
    assert view["status_reason"] == "5 executions failed in a row"
    started = await _post(person, strategy_id, "start")
    assert started.json()["code"] == "already_running"
    # Nobody would remember this wish for the engine, so it is refused honestly.
    resumed = await _post(person, strategy_id, "resume")
    assert resumed.status_code == 503
    assert int(resumed.headers["retry-after"]) > 0


async def test_run_now_is_unavailable_while_temporal_is_away(person: Person) -> None:
    strategy_id = (await person.create(start=True))["id"]
    answer = await _post(person, strategy_id, "run")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["retry-after"]) > 0


async def test_the_state_comes_from_the_books_and_is_stale_while_temporal_is_away(
    person: Person, database: Database
) -> None:
    strategy_id = (await person.create())["id"]
    resting = (await person.http.get(f"/api/strategies/{strategy_id}/state")).json()
    assert (resting["source"], resting["stale"], resting["status"]) == ("database", False, "draft")
    await set_strategy(
        database,
        strategy_id,
        status="running",
        desired_state="running",
        total_executions=3,
        successful_executions=2,
        failed_executions=1,
        last_number=3,
        degraded_reason="the venue is unwell",
    )
    took: list[float] = []
    # A busy machine may be slow once; waiting for Temporal would be slow every time.
    while not took or (min(took) >= 4 and len(took) < 3):
        began = datetime.now(UTC)
        state = (await person.http.get(f"/api/strategies/{strategy_id}/state")).json()
        took.append((datetime.now(UTC) - began).total_seconds())
    assert min(took) < 4
    assert (state["source"], state["stale"], state["status"]) == ("database", True, "running")
    assert (state["total_executions"], state["number"]) == (3, 3)
    assert (state["degraded"], state["degraded_reason"]) == (True, "the venue is unwell")


async def test_an_edit_of_a_running_strategy_is_kept_while_temporal_is_away(person: Person) -> None:
    strategy_id = (await person.create(start=True))["id"]
    edited = await person.http.patch(f"/api/strategies/{strategy_id}", json={"interval_seconds": 900})
    assert edited.status_code == 200
    assert edited.json()["interval_seconds"] == 900
