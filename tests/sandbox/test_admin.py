"""Faults on demand, counters, forced prices and resolutions."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio

from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox


@pytest_asyncio.fixture
async def own() -> AsyncIterator[httpx.AsyncClient]:
    """A sandbox of this test alone."""
    async with (
        running_sandbox(SandboxConfig(seed=21)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as client,
    ):
        yield client


async def some_market(own: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    rows = (
        await own.get("/gamma/markets", params={"limit": 50, "end_date_min": "2026-12-15", **params})
    ).json()
    market: dict[str, Any] = next(
        row for row in rows if row["orderPriceMinTickSize"] == 0.01 and 0.2 < row["bestBid"] < 0.8
    )
    market["tokens"] = orjson.loads(market["clobTokenIds"])
    return market


async def test_requests_are_counted_by_route_and_can_be_reset(own: httpx.AsyncClient) -> None:
    for token in ("1", "2", "3"):
        await own.get("/clob/book", params={"token_id": token})
    await own.get("/gamma/markets/5")
    assert (await own.get("/sandbox/requests")).json() == {
        "total": 4,
        "routes": {"GET /clob/book": 3, "GET /gamma/markets/{id}": 1},
    }
    await own.post("/sandbox/requests/reset")
    assert (await own.get("/sandbox/requests")).json()["total"] == 0


@pytest.mark.parametrize("origin", ["https://example.org", "http://127.0.0.1:1", "null"])
async def test_a_web_page_cannot_change_the_sandbox(own: httpx.AsyncClient, origin: str) -> None:
    market = await some_market(own)
    # What a form of any page may send without asking first.
    page = {"Origin": origin, "Content-Type": "text/plain"}
    for path, body in (
        ("clock", b'{"seconds": 3600}'),
        ("faults", b'{"down": true}'),
        ("requests/reset", b""),
        (f"markets/{market['id']}/price", b'{"price": "0.9"}'),
        (f"markets/{market['id']}/resolve", b'{"outcome": "Yes"}'),
    ):
        answer = await own.post(f"/sandbox/{path}", content=body, headers=page)
        assert answer.status_code == 403, path
    assert (await own.get("/sandbox/faults", headers=page)).json()["down"] is False
    assert (await own.get(f"/gamma/markets/{market['id']}")).json()["closed"] is False


async def test_faults_down_errors_and_back(own: httpx.AsyncClient) -> None:
    await own.post("/sandbox/faults", json={"down": True})
    assert (await own.get("/clob/time")).status_code == 503
    assert (await own.get("/sandbox/status")).status_code == 200
    await own.post(
        "/sandbox/faults",
        json={"error_rate": 0.5, "error_status": 429, "retry_after": 2, "services": ["clob"]},
    )
    answers = [await own.get("/clob/time") for _ in range(60)]
    failed = [answer for answer in answers if answer.status_code == 429]
    assert 15 < len(failed) < 45
    assert failed[0].headers["Retry-After"] == "2"
    assert (await own.get("/gamma/tags")).status_code == 200
    await own.post("/sandbox/faults", json={})
    assert (await own.get("/clob/time")).status_code == 200


async def test_faults_delay_every_answer(own: httpx.AsyncClient) -> None:
    await own.post("/sandbox/faults", json={"delay_ms": 300})
    answer = await own.get("/clob/time")
    assert answer.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize(
    "body", [{"error_rate": 2}, {"delay_ms": -1}, {"unknown": 1}, {"error_status": 200}, []]
)
async def test_wrong_faults_are_refused(own: httpx.AsyncClient, body: object) -> None:
    assert (await own.post("/sandbox/faults", json=body)).status_code == 422
    assert (await own.post("/sandbox/faults", content=b"{")).status_code == 400


async def test_forced_price_is_seen_in_book_gamma_and_history(own: httpx.AsyncClient) -> None:
    market = await some_market(own)
    token = market["tokens"][0]
    before = (await own.get("/clob/prices-history", params={"market": token, "interval": "1h"})).json()[
        "history"
    ]
    reply = (await own.post(f"/sandbox/markets/{market['id']}/price", json={"price": "0.63"})).json()
    assert abs(Decimal(reply["midpoint"]) - Decimal("0.63")) <= Decimal("0.015")
    mid = Decimal((await own.get("/clob/midpoint", params={"token_id": token})).json()["mid"])
    assert abs(mid - Decimal("0.63")) < Decimal("0.03")
    shown = (await own.get(f"/gamma/markets/{market['id']}")).json()
    assert abs(Decimal(orjson.loads(shown["outcomePrices"])[0]) - mid) < Decimal("0.02")
    after = (await own.get("/clob/prices-history", params={"market": token, "interval": "1h"})).json()[
        "history"
    ]
    past = {point["t"]: point["p"] for point in before[:-1]}
    assert all(past[point["t"]] == point["p"] for point in after if point["t"] in past)


async def test_forced_price_in_a_field_of_names_moves_the_others(own: httpx.AsyncClient) -> None:
    events = (await own.get("/gamma/events", params={"tag_slug": "elections", "limit": 5})).json()
    rows = events[0]["markets"]
    await own.post(f"/sandbox/markets/{rows[0]['id']}/price", json={"price": "0.8"})
    event = (await own.get(f"/gamma/events/{events[0]['id']}")).json()
    prices = [float(orjson.loads(row["outcomePrices"])[0]) for row in event["markets"]]
    assert abs(prices[0] - 0.8) < 0.02
    assert 0.95 < sum(prices) < 1.05


async def test_resolving_closes_the_market_everywhere(own: httpx.AsyncClient) -> None:
    market = await some_market(own)
    reply = await own.post(f"/sandbox/markets/{market['id']}/resolve", json={"outcome": "YES"})
    assert orjson.loads(reply.json()["outcomePrices"]) == ["1", "0"]
    assert (await own.get("/gamma/markets", params={"id": market["id"]})).json() == []
    closed = (await own.get("/gamma/markets", params={"id": market["id"], "closed": "true"})).json()[0]
    assert closed["umaResolutionStatus"] == "resolved"
    assert not closed["acceptingOrders"]
    assert (await own.get("/clob/book", params={"token_id": market["tokens"][0]})).status_code == 404
    tokens = (await own.get(f"/clob/markets/{market['conditionId']}")).json()["tokens"]
    assert [token["winner"] for token in tokens] == [True, False]
    again = await own.post(f"/sandbox/markets/{market['id']}/resolve", json={"outcome": "No"})
    assert again.status_code == 409


async def test_a_field_of_names_resolves_as_a_whole_and_a_tie_pays_half(own: httpx.AsyncClient) -> None:
    event = (await own.get("/gamma/events", params={"tag_slug": "elections", "limit": 1})).json()[0]
    winner = event["markets"][1]["id"]
    await own.post(f"/sandbox/markets/{winner}/resolve", json={"outcome": "Yes"})
    after = (await own.get(f"/gamma/events/{event['id']}")).json()
    assert after["closed"]
    first = [orjson.loads(row["outcomePrices"])[0] for row in after["markets"]]
    assert first == ["1" if row["id"] == winner else "0" for row in after["markets"]]
    market = await some_market(own)
    tie = await own.post(f"/sandbox/markets/{market['id']}/resolve", json={"outcome": None})
    assert orjson.loads(tie.json()["outcomePrices"]) == ["0.5", "0.5"]


async def test_admin_refuses_what_makes_no_sense(own: httpx.AsyncClient) -> None:
    market = await some_market(own)
    path = f"/sandbox/markets/{market['id']}"
    assert (await own.post(f"{path}/resolve", json={"outcome": "Perhaps"})).status_code == 422
    assert (await own.post(f"{path}/resolve", json={})).status_code == 422
    assert (await own.post(f"{path}/price", json={"price": "1.5"})).status_code == 409
    assert (await own.post(f"{path}/price", json={"price": "x"})).status_code == 422
    assert (await own.post("/sandbox/markets/1/price", json={"price": "0.5"})).status_code == 404


async def test_time_jumps_ahead_on_demand_and_never_back(own: httpx.AsyncClient) -> None:
    before = (await own.get("/sandbox/status")).json()["simulated_now_ms"]
    after = (await own.post("/sandbox/clock", json={"seconds": 7200})).json()["simulated_now_ms"]
    assert 7_200_000 <= after - before < 7_260_000
    assert abs((await own.get("/clob/time")).json() - after // 1000) <= 60
    for refused in ({"seconds": -1}, {"seconds": "soon"}, {"seconds": True}, {"seconds": 10**9}, {}):
        assert (await own.post("/sandbox/clock", json=refused)).status_code == 422
