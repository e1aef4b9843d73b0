"""Limits over HTTP: tighter at once, looser tomorrow, and visible meanwhile."""

from datetime import datetime, timedelta

import pytest

from tests.api.conftest import Person


async def test_limits_begin_with_their_defaults(person: Person) -> None:
    users = (await person.http.get("/api/risk-limits")).json()
    assert users["limits"]["daily_loss_ratio_max"] == "0.1"
    assert users["pending"] == []
    strategy = (await person.create())["id"]
    own = (await person.http.get(f"/api/strategies/{strategy}/risk-limits")).json()
    assert own["limits"]["order_amount_max"] is None
    assert own["limits"]["slippage_ratio_max"] == "0.1"


async def test_tighter_counts_at_once_and_looser_is_pending_for_a_day(person: Person) -> None:
    strategy = (await person.create(start=True))["id"]
    url = f"/api/strategies/{strategy}/risk-limits"
    tight = await person.http.patch(url, json={"order_amount_max": "25", "orders_per_minute_max": 3})
    assert tight.status_code == 200, tight.text
    assert tight.json()["limits"]["order_amount_max"] == "25"
    assert tight.json()["pending"] == []
    loose = (await person.http.patch(url, json={"order_amount_max": None})).json()
    assert loose["limits"]["order_amount_max"] == "25"
    (waiting,) = loose["pending"]
    assert (waiting["name"], waiting["value"]) == ("order_amount_max", None)
    wait = datetime.fromisoformat(waiting["effective_at"]) - datetime.now().astimezone()
    assert timedelta(hours=23, minutes=59) < wait <= timedelta(hours=24)
    assert (await person.http.get(url)).json() == loose
    events = (await person.http.get(f"/api/strategies/{strategy}/events")).json()["items"]
    assert "risk_limits_changed" in [event["kind"] for event in events]


async def test_before_the_first_start_a_strategys_limits_are_loosened_at_once(person: Person) -> None:
    strategy = (await person.create())["id"]
    url = f"/api/strategies/{strategy}/risk-limits"
    loose = (await person.http.patch(url, json={"slippage_ratio_max": "0.5"})).json()
    assert (loose["limits"]["slippage_ratio_max"], loose["pending"]) == ("0.5", [])


async def test_a_users_limits_are_changed_apart_from_those_of_strategies(person: Person) -> None:
    changed = await person.http.patch("/api/risk-limits", json={"market_ratio_max": "0.2"})
    assert changed.json()["limits"]["market_ratio_max"] == "0.2"
    strategy = (await person.create())["id"]
    own = (await person.http.get(f"/api/strategies/{strategy}/risk-limits")).json()
    assert own["limits"]["market_ratio_max"] == "1"


@pytest.mark.parametrize(
    "body",
    [
        {"market_ratio_max": "1.5"},
        {"daily_loss_ratio_max": "0"},
        {"time_zone": "Nowhere/Land"},
        {"unknown": 1},
        {"market_ratio_max": 0.5},
    ],
)
async def test_limits_that_cannot_be_are_refused_by_name(person: Person, body: dict[str, object]) -> None:
    answer = await person.http.patch("/api/risk-limits", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert next(iter(body)) in answer.json()["detail"]
