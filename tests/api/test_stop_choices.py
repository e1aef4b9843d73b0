"""What becomes of orders and positions when a strategy stops: told with Stop, told again later, and carried out by rounds."""

from typing import Any
from uuid import UUID

import pytest

from api.parts import ApiParts
from api.wind_down_strategies import wind_down_strategies
from db.models import Strategy
from db.repositories.exit_requests import open_requests
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import set_strategy
from tests.desk import Desk, now


async def stop(person: Person, strategy: UUID | str, choice: str | None = None) -> Any:
    body = None if choice is None else {"choice": choice}
    return await person.http.post(f"/api/strategies/{strategy}/stop", json=body)


async def holding(person: Person, database: Database) -> tuple[UUID, Desk]:
    """A running strategy with a position and an entry order whose money is set aside."""
    strategy = UUID((await person.create(allocation="500", start=True))["id"])
    await set_strategy(database, strategy, status="running")
    desk = Desk(database)
    desk.user = person.id
    await desk.bought(strategy)
    order = await desk.plan(strategy)
    assert await desk.reserve(order) == "reserved"
    return strategy, desk


async def asked(desk: Desk, strategy: UUID) -> list[str]:
    async with desk.database.read() as session:
        return [row.rule for row in await open_requests(session, (await desk.position(strategy)).id)]


async def row(database: Database, strategy: UUID) -> Strategy:
    async with database.read() as session:
        return await session.get_one(Strategy, strategy)


async def test_a_stop_without_a_choice_keeps_positions_and_ends_entries(
    person: Person, database: Database
) -> None:
    strategy, desk = await holding(person, database)
    answer = await person.http.post(f"/api/strategies/{strategy}/stop")
    assert answer.status_code == 202, answer.text
    assert (answer.json()["stop_choice"], answer.json()["wound_down_at"]) == ("keep", None)
    assert (await desk.wallet(strategy)).reserved_amount == 0
    assert await asked(desk, strategy) == []
    refused = await stop(person, strategy, "sell everything")
    assert refused.status_code == 422


@pytest.mark.parametrize("choice", [None, "flatten"])
async def test_the_same_stop_again_is_refused(person: Person, database: Database, choice: str | None) -> None:
    strategy, desk = await holding(person, database)
    assert (await stop(person, strategy, "flatten")).status_code == 202
    again = await stop(person, strategy, choice)
    assert (again.status_code, again.json()["code"]) == (409, "already_stopped")
    assert await asked(desk, strategy) == ["flatten"]


async def test_a_stopped_strategy_can_be_told_to_sell_and_to_stop_selling(
    person: Person, database: Database
) -> None:
    strategy, desk = await holding(person, database)
    await stop(person, strategy, "keep")
    await set_strategy(database, strategy, status="stopped")
    assert (await stop(person, strategy, "flatten")).json()["stop_choice"] == "flatten"
    assert await asked(desk, strategy) == ["flatten"]
    started = await person.http.post(f"/api/strategies/{strategy}/start")
    assert (started.status_code, started.json()["code"]) == (409, "winding_down")
    kept = await stop(person, strategy, "keep")
    assert (kept.status_code, kept.json()["stop_choice"]) == (202, "keep")
    assert await asked(desk, strategy) == []
    started = await person.http.post(f"/api/strategies/{strategy}/start")
    assert (started.status_code, started.json()["stop_choice"]) == (202, None)


async def test_what_an_api_that_died_left_undone_is_done_by_the_next_round(
    person: Person, database: Database, parts: ApiParts
) -> None:
    strategy, desk = await holding(person, database)
    # As a Stop leaves it whose process dies right after its commit.
    await set_strategy(database, strategy, desired_state="stopped", stop_choice="flatten", status="stopped")
    for _ in range(2):
        await wind_down_strategies(database, parts.gateway, now())
    assert await asked(desk, strategy) == ["flatten"]
    assert (await desk.wallet(strategy)).reserved_amount == 0
    assert (await row(database, strategy)).wound_down_at is None


async def test_a_stop_is_done_once_its_run_has_ended_and_no_entry_is_left(
    person: Person, database: Database, parts: ApiParts
) -> None:
    strategy, desk = await holding(person, database)
    await stop(person, strategy, "cancel")
    # An execution in progress may still plan an order until the run has said that it ended.
    late = await desk.plan(strategy)
    assert (await row(database, strategy)).wound_down_at is None
    await set_strategy(database, strategy, status="stopped")
    await wind_down_strategies(database, parts.gateway, now())
    assert (await desk.order(late)).status == "cancelled"
    view = (await person.http.get(f"/api/strategies/{strategy}")).json()
    assert view["wound_down_at"] is not None
    assert await asked(desk, strategy) == []
