"""Edits that are refused, deleting, and ids that name nothing."""

from typing import Any
from uuid import UUID

import pytest

from db.session import Database
from tests.api.conftest import Person
from tests.api.records import add_execution, add_trade, set_strategy


async def test_an_edit_that_is_refused_changes_nothing(person: Person) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}"
    bodies: list[dict[str, Any]] = [
        {"graph": {}},
        {"interval_seconds": 1, "name": "No"},
        {"name": "x" * 81},
        {"status": "running"},
    ]
    for body in bodies:
        assert (await person.http.patch(url, json=body)).status_code == 422
    assert {**(await person.http.get(url)).json(), "uptime_seconds": 0} == {**created, "uptime_seconds": 0}


async def test_only_what_rests_can_be_deleted(person: Person, database: Database) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}"
    await add_execution(database, UUID(created["id"]), UUID(created["version"]["id"]), 1)
    await add_trade(database, UUID(created["id"]))
    for desired, status in (
        ("running", "running"),
        ("paused", "paused"),
        ("stopped", "running"),
        ("running", "error"),
    ):
        await set_strategy(database, created["id"], desired_state=desired, status=status)
        refused = await person.http.delete(url)
        assert refused.status_code == 409
        assert refused.json()["code"] == "strategy_running"
    await set_strategy(database, created["id"], desired_state="stopped", status="stopped")
    assert (await person.http.delete(url)).status_code == 204
    assert (await person.http.get(url)).status_code == 404
    assert (await person.http.delete(url)).status_code == 404


@pytest.mark.parametrize("strategy_id", ["0289ee58-89b2-40b5-bf9c-232c57678c3b", "not-an-id", "0", "%00"])
async def test_an_unknown_id_is_not_found(person: Person, strategy_id: str) -> None:
    for url in ("", "/state", "/graph", "/executions", "/trades", "/orders", "/events", "/watchlist"):
        answer = await person.http.get(f"/api/strategies/{strategy_id}{url}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
