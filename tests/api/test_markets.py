"""Markets and health with a real market data source."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest_asyncio

from exchange.market_source import connect_market_data
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox
from tests.api.conftest import Person, serving


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def market_address(parts: Any) -> AsyncIterator[str]:
    """The API with the markets of a sandbox."""
    async with running_sandbox(SandboxConfig(seed=11)) as url:
        market_data = connect_market_data("sandbox", url)
        try:
            async with serving(replace(parts, market_data=market_data)) as address:
                yield address
        finally:
            await market_data.close()


@pytest_asyncio.fixture
async def http(market_address: str, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=market_address, headers=person.http.headers, timeout=30) as client:
        yield client


async def test_markets_are_listed_by_volume_with_exact_prices(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/markets?limit=20")
    assert answer.status_code == 200, answer.text
    listed = answer.json()
    assert listed["source"] == "sandbox"
    assert listed["observed_at"].endswith("Z")
    assert len(listed["items"]) == 20
    volumes = [float(market["volume"]) for market in listed["items"]]
    assert volumes == sorted(volumes, reverse=True)
    for market in listed["items"]:
        assert isinstance(market["price"], str)
        assert 0 <= float(market["price"]) <= 1
        assert len(market["outcomes"]) == 2


async def test_markets_are_filtered(http: httpx.AsyncClient) -> None:
    politics = (await http.get("/api/markets?tag=politics&limit=50")).json()["items"]
    assert politics
    assert all("politics" in market["tags"] for market in politics)
    busy = (await http.get("/api/markets?volume_min=250000&limit=200")).json()["items"]
    assert busy
    assert all(float(market["volume"]) >= 250000 for market in busy)
    assert (await http.get("/api/markets?text=nosuchwordanywhere")).json()["items"] == []


async def test_health_says_that_markets_answer(http: httpx.AsyncClient) -> None:
    parts = {part["name"]: part for part in (await http.get("/api/health")).json()["parts"]}
    assert parts["markets"]["ok"] is True
    assert parts["database"]["ok"] is True
