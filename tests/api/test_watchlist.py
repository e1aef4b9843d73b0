"""The watchlist by hand: adding, pinning, what the list shows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
from sqlalchemy import insert, update

from db.models import StrategyWatchlist
from db.session import Database
from tests.api.conftest import Person, serving
from tests.fixed_markets import FixedMarkets, a_market


class Venue(FixedMarkets):
    """Two open markets and a closed one."""

    def __init__(self) -> None:
        closed = a_market("m3").model_copy(update={"closed": True})
        super().__init__(a_market("m1"), a_market("m2", volume="123456.5"), closed)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def venue() -> Venue:
    return Venue()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watch_address(parts: Any, venue: Venue) -> AsyncIterator[str]:
    async with serving(replace(parts, market_data=venue)) as address:
        yield address


@pytest_asyncio.fixture
async def http(watch_address: str, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=watch_address, headers=person.http.headers, timeout=30) as client:
        yield client


async def test_a_market_is_added_by_hand_with_what_the_venue_says(
    http: httpx.AsyncClient, person: Person
) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}/watchlist"
    added = await http.post(url, json={"market_id": "m2", "reason": "I read about it"})
    assert added.status_code == 201, added.text
    entry = added.json()
    assert (entry["market_id"], entry["question"]) == ("m2", "Will m2 happen?")
    assert (entry["reason"], entry["pinned"], entry["verdicts"]) == ("I read about it", False, [])
    assert entry["metadata"] == {
        "price": "0.4",
        "volume": "123456.5",
        "liquidity": "50000",
        "spread": "0.01",
    }
    lasts = datetime.fromisoformat(entry["expires_at"]) - datetime.fromisoformat(entry["added_at"])
    assert lasts == timedelta(days=7)
    assert (await http.get(url)).json()["items"] == [entry]
    assert (await person.http.get(f"/api/strategies/{created['id']}")).json()["watchlist_size"] == 1
    events = (await person.http.get(f"/api/strategies/{created['id']}/events")).json()["items"]
    assert events[0]["message"] == "Added “Will m2 happen?” to the watchlist by hand: I read about it"


async def test_a_market_is_not_added_twice_until_it_left(
    http: httpx.AsyncClient, person: Person, database: Database
) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}/watchlist"
    entry = (await http.post(url, json={"market_id": "m1"})).json()
    again = await http.post(url, json={"market_id": "m1"})
    assert (again.status_code, again.json()["code"]) == (409, "already_on_watchlist")
    assert (await http.delete(f"{url}/{entry['id']}")).status_code == 204
    second = (await http.post(url, json={"market_id": "m1"})).json()
    async with database.write() as session:
        await session.execute(
            update(StrategyWatchlist)
            .where(StrategyWatchlist.id == UUID(second["id"]))
            .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    assert (await http.post(url, json={"market_id": "m1"})).status_code == 201
    history = (await http.get(f"{url}?history=true")).json()["items"]
    assert [item["removed_reason"] for item in history] == [None, "it expired", "Removed by hand"]


async def test_a_full_watchlist_takes_nothing_by_hand(http: httpx.AsyncClient, person: Person) -> None:
    created = await person.create(settings={"watchlist": {"cap": 1, "expire_after_hours": None}})
    url = f"/api/strategies/{created['id']}/watchlist"
    first = (await http.post(url, json={"market_id": "m1"})).json()
    assert first["expires_at"] == "2030-01-01T00:00:00Z"
    full = await http.post(url, json={"market_id": "m2"})
    assert (full.status_code, full.json()["code"]) == (409, "watchlist_full")
    assert "1 markets" in full.json()["detail"]


async def test_markets_that_cannot_be_watched_are_refused(
    http: httpx.AsyncClient, person: Person, venue: Venue
) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}/watchlist"
    for market_id, code in (("nope", "unknown_market"), ("m3", "closed_market")):
        refused = await http.post(url, json={"market_id": market_id})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == code
    venue.unavailable = "the venue answers 503"
    try:
        assert (await http.post(url, json={"market_id": "m1"})).status_code == 503
    finally:
        venue.unavailable = None
    assert (await http.get(url)).json()["items"] == []


async def test_an_entry_is_pinned_and_unpinned(http: httpx.AsyncClient, person: Person) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}/watchlist"
    entry = (await http.post(url, json={"market_id": "m1"})).json()
    pinned = await http.patch(f"{url}/{entry['id']}", json={"pinned": True})
    assert (pinned.status_code, pinned.json()) == (200, {**entry, "pinned": True})
    assert (await http.get(url)).json()["items"][0]["pinned"] is True
    loose = await http.patch(f"{url}/{entry['id']}", json={"pinned": False})
    assert loose.json()["pinned"] is False
    await http.delete(f"{url}/{entry['id']}")
    assert (await http.patch(f"{url}/{entry['id']}", json={"pinned": True})).status_code == 404
    assert (await http.patch(f"{url}/{uuid4()}", json={"pinned": True})).status_code == 404


async def test_the_list_shows_the_last_verdict_of_each_node(person: Person, database: Database) -> None:
    created = await person.create()
    now = datetime.now(UTC)
    said = {
        node: {"sentence": f"{node} said so", "port": port, "at": at.isoformat(), "number": 3}
        for node, port, at in (("old", "out", now - timedelta(hours=1)), ("new", None, now))
    }
    async with database.write() as session:
        await session.execute(
            insert(StrategyWatchlist).values(
                id=uuid4(), strategy_id=UUID(created["id"]), market_id="m9", verdicts=said
            )
        )
    (entry,) = (await person.http.get(f"/api/strategies/{created['id']}/watchlist")).json()["items"]
    assert [(v["node_id"], v["port"], v["sentence"]) for v in entry["verdicts"]] == [
        ("new", None, "new said so"),
        ("old", "out", "old said so"),
    ]
