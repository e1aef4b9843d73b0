"""Results proposed, disputed, flipped and reached by the admin endpoints, in the words of Gamma and the order book service."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest_asyncio

from domain.market.resolution import ClobWord, ResolutionState, judge
from exchange.polymarket.parsing import market_from
from exchange.polymarket.winners import clob_word_of
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox
from tests.sandbox.test_admin import some_market

DAYS = 24 * 3600


@pytest_asyncio.fixture
async def own() -> AsyncIterator[httpx.AsyncClient]:
    """A sandbox of this test alone."""
    async with (
        running_sandbox(SandboxConfig(seed=22)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as client,
    ):
        yield client


async def act(own: httpx.AsyncClient, market: dict[str, Any], what: str, *outcome: str | None) -> Any:
    body = {"outcome": outcome[0]} if outcome else None
    reply = await own.post(f"/sandbox/markets/{market['id']}/{what}", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


async def words(own: httpx.AsyncClient, market: dict[str, Any]) -> tuple[str | None, list[str]]:
    row = (await own.get(f"/gamma/markets/{market['id']}")).json()
    return row.get("umaResolutionStatus"), orjson.loads(row["umaResolutionStatuses"])


async def test_a_proposal_is_disputed_flips_and_is_resolved_otherwise(own: httpx.AsyncClient) -> None:
    market = await some_market(own)
    assert await words(own, market) == (None, [])
    await act(own, market, "propose", "YES")
    assert await words(own, market) == ("proposed", ["proposed"])
    price = (await own.get("/clob/midpoint", params={"token_id": market["tokens"][0]})).json()["mid"]
    assert Decimal(price) > Decimal("0.95")
    await act(own, market, "dispute")
    assert await words(own, market) == ("disputed", ["proposed", "disputed"])
    await act(own, market, "propose", "No")
    assert await words(own, market) == ("proposed", ["proposed", "disputed", "proposed"])
    row = (await own.get(f"/gamma/markets/{market['id']}")).json()
    assert (row["closed"], row["acceptingOrders"]) == (False, True)
    await act(own, market, "resolve", "No")
    assert await words(own, market) == ("resolved", ["proposed", "disputed", "proposed"])
    closed = (await own.get(f"/gamma/markets/{market['id']}")).json()
    assert orjson.loads(closed["outcomePrices"]) == ["0", "1"]
    assert (await own.get("/clob/book", params={"token_id": market["tokens"][1]})).status_code == 404
    tokens = (await own.get(f"/clob/markets/{market['conditionId']}")).json()["tokens"]
    assert [token["winner"] for token in tokens] == [False, True]


async def test_what_the_sandbox_says_is_judged_like_the_venues_words(own: httpx.AsyncClient) -> None:
    market = await some_market(own)

    async def judged(clob: ClobWord | None = None) -> Any:
        text = (await own.get(f"/gamma/markets/{market['id']}")).content
        return judge(market_from(json.loads(text, parse_float=Decimal)), clob)

    assert (await judged()).state is ResolutionState.OPEN
    await act(own, market, "propose", "Yes")
    assert ((await judged()).state, (await judged()).proposed_outcome) == (ResolutionState.PROPOSED, "Yes")
    await act(own, market, "propose", "No")
    assert (await judged()).proposed_outcome == "No"
    await act(own, market, "dispute")
    assert (await judged()).state is ResolutionState.DISPUTED
    await act(own, market, "resolve", None)
    assert (await judged()).payouts is None
    clob = (await own.get(f"/clob/markets/{market['conditionId']}")).json()
    final = await judged(clob_word_of(clob))
    assert final.state is ResolutionState.VOID
    assert set(final.payouts.values()) == {Decimal("0.5")}
    assert clob["is_50_50_outcome"]
    assert not any(token["winner"] for token in clob["tokens"])


async def test_only_a_proposal_is_disputed_and_nothing_of_a_closed_market_is(own: httpx.AsyncClient) -> None:
    market = await some_market(own)
    path = f"/sandbox/markets/{market['id']}"
    assert (await own.post(f"{path}/dispute")).status_code == 409
    assert (await own.post(f"{path}/propose", json={"outcome": "Perhaps"})).status_code == 422
    assert (await own.post(f"{path}/propose", json={})).status_code == 422
    await act(own, market, "propose", "Yes")
    await act(own, market, "dispute")
    assert (await own.post(f"{path}/dispute")).status_code == 409
    await act(own, market, "resolve", "Yes")
    for what in ("propose", "dispute", "resolve"):
        assert (await own.post(f"{path}/{what}", json={"outcome": "Yes"})).status_code == 409


async def test_a_market_under_dispute_is_not_resolved_by_the_calendar(own: httpx.AsyncClient) -> None:
    rows = (
        await own.get("/gamma/markets", params={"limit": 100, "order": "endDate", "ascending": "true"})
    ).json()
    held, free = rows[0], rows[1]
    held["tokens"] = orjson.loads(held["clobTokenIds"])
    await act(own, held, "propose", None)
    await act(own, held, "dispute")
    await own.post("/sandbox/clock", json={"seconds": 31 * DAYS})
    assert (await own.get(f"/gamma/markets/{free['id']}")).json()["closed"]
    assert not (await own.get(f"/gamma/markets/{held['id']}")).json()["closed"]
    assert await words(own, held) == ("disputed", ["proposed", "disputed"])
    assert (await own.get("/clob/book", params={"token_id": held["tokens"][0]})).status_code == 200
    names = orjson.loads(held["outcomes"])
    await act(own, held, "resolve", names[0])
    found = (await own.get("/gamma/markets", params={"id": held["id"], "closed": "true"})).json()
    assert [row["umaResolutionStatus"] for row in found] == ["resolved"]
    row = (await own.get("/data/v2/resolutions", params={"condition": held["conditionId"]})).json()["data"][0]
    assert (row["status"], row["was_disputed"]) == ("resolved", True)
