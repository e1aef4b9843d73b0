"""How a user's markets stand, over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from api import settle_resolutions as rounds
from api.parts import ApiParts
from api.settle_resolutions import settle_resolutions
from db.repositories.accounts import Owner
from db.session import Database
from tests.api.conftest import Person, dead_gateway, serving
from tests.desk import Desk, now
from tests.ended_markets import end, new_market, say
from tests.eventually import eventually


@pytest_asyncio.fixture
async def desk(person: Person, database: Database) -> AsyncIterator[Desk]:
    desk = Desk(database)
    desk.user, desk.owner = person.id, Owner(person.id, "paper")
    desk.strategies.append(UUID((await person.create(allocation="900"))["id"]))
    yield desk


async def round_of(desk: Desk) -> None:
    gateway = dead_gateway()
    await settle_resolutions(desk.database, desk.markets, gateway, "sandbox", now())
    await gateway.close()


async def listed(person: Person, query: str = "") -> dict[str, Any]:
    answer = await person.http.get(f"/api/resolutions{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_market_is_listed_with_every_step_of_its_resolution(person: Person, desk: Desk) -> None:
    market = new_market(desk)
    await desk.bought(desk.strategies[0], "40", market)
    await round_of(desk)
    (row,) = (await listed(person))["items"]
    assert (row["market_id"], row["state"], row["payouts"], row["history"]) == (market, "open", None, [])
    assert row["ends_at"] == "2030-01-01T00:00:00Z"
    say(desk, market, "0.99", "proposed", "proposed")
    await round_of(desk)
    (row,) = (await listed(person))["items"]
    assert (row["state"], row["proposed_outcome"], row["final_at"]) == ("proposed", "Yes", None)
    end(desk, market, "0")
    await round_of(desk)
    (row,) = (await listed(person))["items"]
    assert (row["state"], row["winner"], row["proposed_outcome"]) == ("resolved", "No", None)
    assert row["payouts"] == {f"{market}-yes": "0", f"{market}-no": "1"}
    assert [step["state"] for step in row["history"]] == ["proposed", "resolved"]
    assert datetime.fromisoformat(row["final_at"]) <= now()


async def test_only_markets_of_the_user_are_listed_and_one_can_be_asked_for(
    person: Person, stranger: Person, desk: Desk
) -> None:
    market, other = new_market(desk), new_market(desk)
    for each in (market, other):
        await desk.bought(desk.strategies[0], "20", each)
    await round_of(desk)
    assert {row["market_id"] for row in (await listed(person))["items"]} == {market, other}
    assert [row["market_id"] for row in (await listed(person, f"?market_id={other}"))["items"]] == [other]
    assert (await listed(stranger))["items"] == []
    assert (await listed(stranger, f"?market_id={other}"))["items"] == []


async def test_pages_follow_each_other_without_gap(person: Person, desk: Desk) -> None:
    markets = [new_market(desk) for _ in range(5)]
    for each in markets:
        await desk.bought(desk.strategies[0], "20", each)
    await round_of(desk)
    seen: list[str] = []
    query = "?limit=2"
    while True:
        page = await listed(person, query)
        seen += [row["market_id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(markets)
    for wrong in ("?cursor=abc", "?limit=0", "?market_id=%00"):
        assert (await person.http.get(f"/api/resolutions{wrong}")).status_code == 422


async def test_orders_under_way_make_a_market_the_users_too(person: Person, desk: Desk) -> None:
    market = new_market(desk)
    order = await desk.plan(desk.strategies[0], "20", market)
    assert await desk.reserve(order) == "reserved"
    await round_of(desk)
    assert [row["market_id"] for row in (await listed(person))["items"]] == [market]


async def test_the_api_looks_by_itself_and_goes_on_after_a_round_that_failed(
    desk: Desk, parts: ApiParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "EVERY", 0.05)
    market = new_market(desk)
    await desk.bought(desk.strategies[0], "40", market)
    end(desk, market, "1")
    real, calls = rounds.settle_resolutions, 0

    async def fails_first(*given: Any) -> rounds.Round:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError("the database restarts")
        return await real(*given)

    monkeypatch.setattr(rounds, "settle_resolutions", fails_first)
    async with serving(replace(parts, market_data=desk.markets)):  # type: ignore[arg-type]

        async def paid() -> bool:
            return (await desk.position(desk.strategies[0])).close_reason == "resolved"

        assert await eventually(paid)
