"""Idempotency-Key: done once, answered the same every time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, update

from db.models import IdempotencyKey
from db.session import Database
from tests.api.conftest import Person
from tests.api.graphs import watching_graph


def _key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def _body(name: str = "Once") -> dict[str, Any]:
    return {"name": name, "graph": watching_graph()}


async def test_a_repeated_create_answers_the_first_strategy(person: Person) -> None:
    headers = _key()
    first = await person.http.post("/api/strategies", json=_body(), headers=headers)
    second = await person.http.post("/api/strategies", json=_body(), headers=headers)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len((await person.http.get("/api/strategies")).json()["items"]) == 1


async def test_many_at_once_create_one(person: Person) -> None:
    headers = _key()
    answers = await asyncio.gather(
        *[person.http.post("/api/strategies", json=_body(), headers=headers) for _ in range(8)]
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await person.http.get("/api/strategies")).json()["items"]) == 1


async def test_a_repeated_start_answers_as_the_first_did(person: Person) -> None:
    strategy_id = (await person.create())["id"]
    headers = _key()
    url = f"/api/strategies/{strategy_id}/start"
    first = await person.http.post(url, headers=headers)
    second = await person.http.post(url, headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert (await person.http.post(url, headers=_key())).status_code == 409


async def test_a_refusal_is_repeated_too(person: Person) -> None:
    strategy_id = (await person.create())["id"]
    headers = _key()
    url = f"/api/strategies/{strategy_id}/stop"
    first = await person.http.post(url, headers=headers)
    await person.http.post(f"/api/strategies/{strategy_id}/start")
    second = await person.http.post(url, headers=headers)
    assert (first.status_code, second.status_code) == (409, 409)
    assert first.json() == second.json()
    assert second.headers["content-type"] == "application/problem+json"


async def test_the_same_key_for_another_request_is_refused(person: Person) -> None:
    headers = _key()
    await person.http.post("/api/strategies", json=_body("One"), headers=headers)
    answer = await person.http.post("/api/strategies", json=_body("Two"), headers=headers)
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency_key_reused"


async def test_a_key_used_again_after_its_answer_was_pruned_makes_what_it_asks_for(
    person: Person, database: Database
) -> None:
    headers = _key()
    first = await person.http.post("/api/strategies", json=_body("One"), headers=headers)
    async with database.write() as session:
        await session.execute(delete(IdempotencyKey).where(IdempotencyKey.key == headers["Idempotency-Key"]))
    second = await person.http.post("/api/strategies", json=_body("Two"), headers=headers)
    assert (second.status_code, second.json()["name"]) == (201, "Two")
    assert second.json()["id"] != first.json()["id"]


async def test_keys_of_two_users_do_not_meet(person: Person, stranger: Person) -> None:
    headers = _key()
    mine = await person.http.post("/api/strategies", json=_body(), headers=headers)
    theirs = await stranger.http.post("/api/strategies", json=_body(), headers=headers)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_what_was_unavailable_is_tried_again(person: Person) -> None:
    strategy_id = (await person.create(start=True))["id"]
    headers = _key()
    for _ in range(2):
        answer = await person.http.post(f"/api/strategies/{strategy_id}/run", headers=headers)
        assert answer.status_code == 503
        assert "idempotency-replayed" not in answer.headers


async def test_a_claim_whose_process_died_is_taken_over(person: Person, database: Database) -> None:
    headers = _key()
    first = await person.http.post("/api/strategies", json=_body(), headers=headers)
    key = headers["Idempotency-Key"]
    async with database.write() as session:
        # As if it had died between its work and storing the answer.
        await session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.key == key)
            .values(status_code=None, body=None, created_at=datetime.now(UTC) - timedelta(minutes=2))
        )
    second = await person.http.post("/api/strategies", json=_body(), headers=headers)
    assert second.status_code == 201
    assert second.json()["id"] == first.json()["id"]
    assert len((await person.http.get("/api/strategies")).json()["items"]) == 1


async def _process_died(database: Database, headers: dict[str, str], ago: timedelta) -> None:
    """As if it had died between its commit and storing the answer."""
    async with database.write() as session:
        await session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.key == headers["Idempotency-Key"])
            .values(status_code=None, body=None, done_at=IdempotencyKey.done_at - ago)
        )


async def test_start_and_stop_whose_process_died_are_answered_as_the_first_time(
    person: Person, database: Database
) -> None:
    url = f"/api/strategies/{(await person.create())['id']}"
    start, stop = _key(), _key()
    assert (await person.http.post(f"{url}/start", headers=start)).status_code == 202
    await _process_died(database, start, timedelta(seconds=11))
    again = await person.http.post(f"{url}/start", headers=start)
    assert again.status_code == 202, again.text
    assert (again.json()["desired_state"], again.json()["status"]) == ("running", "draft")

    assert (await person.http.post(f"{url}/stop", headers=stop)).status_code == 202
    await _process_died(database, stop, timedelta(seconds=11))
    assert (await person.http.post(f"{url}/start", headers=_key())).status_code == 202
    again = await person.http.post(f"{url}/stop", headers=stop)
    assert again.status_code == 202, again.text
    assert again.json()["desired_state"] == "running", "the repetition stops nothing that was started since"


async def test_a_repetition_outlasts_the_death_of_the_process_that_it_waits_for(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.once.WAIT", timedelta(seconds=1))
    url = f"/api/strategies/{(await person.create())['id']}/start"
    headers = _key()
    assert (await person.http.post(url, headers=headers)).status_code == 202
    await _process_died(database, headers, timedelta(seconds=9.5))
    again = await person.http.post(url, headers=headers)
    assert again.status_code == 202, again.text


async def test_a_first_request_still_at_work_is_waited_for_and_then_said(
    person: Person, database: Database
) -> None:
    headers = _key()
    first = await person.http.post("/api/strategies", json=_body(), headers=headers)
    key = headers["Idempotency-Key"]
    async with database.write() as session:
        await session.execute(
            update(IdempotencyKey).where(IdempotencyKey.key == key).values(status_code=None, body=None)
        )
    asking = asyncio.create_task(person.http.post("/api/strategies", json=_body(), headers=headers))
    done, _ = await asyncio.wait({asking}, timeout=0.5)
    assert not done
    async with database.write() as session:
        await session.execute(
            update(IdempotencyKey).where(IdempotencyKey.key == key).values(status_code=201, body=first.text)
        )
    assert (await asking).json() == first.json()


@pytest.mark.parametrize("key", ["", "x" * 201, "two words"])
async def test_bad_keys_are_refused(person: Person, key: str) -> None:
    answer = await person.http.post("/api/strategies", json=_body(), headers={"Idempotency-Key": key})
    assert answer.status_code == 422
