"""Schedule, error policy and watchlist rules over HTTP; they belong to versions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from db.models import StrategyVersion
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import set_strategy

OFFICE = {
    "time_zone": "America/New_York",
    "windows": [{"days": ["mon", "tue", "wed", "thu", "fri"], "start": "09:00", "end": "17:00"}],
    "blackout_dates": ["2026-12-25"],
}


async def test_settings_are_stored_in_the_version(person: Person) -> None:
    created = await person.create(
        interval_seconds=600,
        settings={
            "schedule": OFFICE,
            "error_policy": {"on_failure": "keep_going", "retries": 2, "error_after": 9},
            "watchlist": {"expire_after_hours": None, "cap": 7},
        },
    )
    settings = created["settings"]
    assert settings["interval_seconds"] == 600
    assert settings["schedule"]["time_zone"] == "America/New_York"
    assert settings["schedule"]["windows"][0]["start"] == "09:00:00"
    assert settings["schedule"]["blackout_dates"] == ["2026-12-25"]
    assert settings["error_policy"] == {"on_failure": "keep_going", "retries": 2, "error_after": 9}
    assert settings["watchlist"] == {"expire_after_hours": None, "cap": 7}
    assert created["error_after"] == 9


async def test_only_given_settings_change_and_make_a_new_version(person: Person) -> None:
    created = await person.create(error_after=3, settings={"schedule": OFFICE, "watchlist": {"cap": 7}})
    url = f"/api/strategies/{created['id']}"
    edited = (await person.http.patch(url, json={"settings": {"error_policy": {"retries": 1}}})).json()
    assert edited["version"]["number"] == 2
    assert edited["settings"]["error_policy"] == {"on_failure": "error", "error_after": 3, "retries": 1}
    assert edited["settings"]["schedule"] == created["settings"]["schedule"]
    assert edited["settings"]["watchlist"] == {"expire_after_hours": 168, "cap": 7}
    same = (await person.http.patch(url, json={"settings": {"watchlist": {"cap": 7}}})).json()
    assert same["version"] == edited["version"]
    always = (await person.http.patch(url, json={"settings": {"schedule": {}}})).json()
    assert always["settings"]["schedule"] == {"time_zone": "UTC", "windows": [], "blackout_dates": []}
    graph = (await person.http.get(f"{url}/graph")).json()
    assert (graph["number"], [node["id"] for node in graph["graph"]["nodes"]]) == (
        3,
        ["start", "stream", "watch"],
    )


def _every_day_black() -> dict[str, Any]:
    first = datetime.now(UTC).date() - timedelta(days=1)
    return {"blackout_dates": [(first + timedelta(days=n)).isoformat() for n in range(400)]}


BAD_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"schedule": {"time_zone": "Mars/Olympus"}}, "settings.schedule.time_zone"),
    ({"schedule": {"windows": [{"days": [], "start": "09:00", "end": "10:00"}]}}, "settings.schedule"),
    ({"schedule": {"windows": [{"start": "09:00:30", "end": "10:00"}]}}, "settings.schedule"),
    ({"schedule": _every_day_black()}, "settings.schedule"),
    ({"error_policy": {"retries": 99}}, "settings.error_policy.retries"),
    ({"watchlist": {"cap": 0}}, "settings.watchlist.cap"),
    ({"unknown": 1}, "settings.unknown"),
]


@pytest.mark.parametrize(("settings", "field"), BAD_SETTINGS, ids=[f for _, f in BAD_SETTINGS])
async def test_settings_that_cannot_work_are_refused_by_name(
    person: Person, settings: dict[str, Any], field: str
) -> None:
    created = await person.create()
    answer = await person.http.patch(f"/api/strategies/{created['id']}", json={"settings": settings})
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert problem["errors"][0]["field"].startswith(field)
    again = (await person.http.get(f"/api/strategies/{created['id']}")).json()
    assert again["version"] == created["version"]


async def test_the_next_five_executions_are_shown_while_it_runs(person: Person, database: Database) -> None:
    created = await person.create(interval_seconds=1800, settings={"schedule": OFFICE})
    url = f"/api/strategies/{created['id']}"
    assert created["next_executions"] == []
    await set_strategy(database, created["id"], desired_state="running", status="running")
    shown = (await person.http.get(url)).json()["next_executions"]
    moments = [datetime.fromisoformat(moment) for moment in shown]
    assert len(moments) == 5
    assert moments == sorted(set(moments))
    assert all(moment > datetime.now(UTC) for moment in moments)
    assert all(moment.weekday() < 5 and 13 <= moment.hour < 22 for moment in moments)
    assert all(moment.date() != date(2026, 12, 25) for moment in moments)
    retry = datetime.now(UTC) + timedelta(seconds=20)
    await set_strategy(database, created["id"], next_execution_at=retry)
    shown = (await person.http.get(url)).json()["next_executions"]
    assert (len(shown), datetime.fromisoformat(shown[0])) == (5, retry)
    await set_strategy(database, created["id"], desired_state="paused", status="paused")
    assert (await person.http.get(url)).json()["next_executions"] == []
    await set_strategy(database, created["id"], desired_state="stopped", status="stopped")


async def test_a_version_from_before_settings_says_what_its_strategy_says(
    person: Person, database: Database
) -> None:
    created = await person.create(interval_seconds=900, error_after=4)
    async with database.write() as session:
        await session.execute(
            update(StrategyVersion)
            .where(StrategyVersion.id == UUID(created["version"]["id"]))
            .values(settings={})
        )
    again = (await person.http.get(f"/api/strategies/{created['id']}")).json()
    assert again["settings"] == created["settings"]
