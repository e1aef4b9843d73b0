"""Gamma's protocol: paging, filters, formats, refusals."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest


async def get(http: httpx.AsyncClient, path: str, **params: Any) -> Any:
    response = await http.get(f"/gamma{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def all_open(http: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await get(http, "/markets/keyset", limit=100, **params, **cursor)
        rows += page["markets"]
        if "next_cursor" not in page:
            return rows
        cursor = {"after_cursor": page["next_cursor"]}


async def test_at_least_400_open_markets_in_8_categories_without_doubles(http: httpx.AsyncClient) -> None:
    rows = await all_open(http, include_tag="true")
    assert len({row["id"] for row in rows}) == len(rows) >= 400
    assert len({row["tags"][0]["slug"] for row in rows}) >= 8
    assert len({row["question"] for row in rows}) == len(rows)
    assert all(row["active"] and not row["closed"] and row["acceptingOrders"] for row in rows)
    assert any(row["negRisk"] for row in rows)
    assert any(not row["negRisk"] for row in rows)


async def test_keyset_limit_is_clamped_at_100_and_offset_beyond_2000_is_refused(
    http: httpx.AsyncClient,
) -> None:
    assert len((await get(http, "/markets/keyset", limit=5000))["markets"]) == 100
    assert len(await get(http, "/markets", limit=5000)) == 100
    for path in ("/gamma/markets", "/gamma/events"):
        response = await http.get(path, params={"offset": 2001})
        assert response.status_code == 422
        assert "keyset" in response.json()["error"]


async def test_market_has_the_wire_format_of_the_service(http: httpx.AsyncClient) -> None:
    (row,) = await get(http, "/markets", limit=1, order="volumeNum", ascending="false", include_tag="true")
    for name in ("outcomes", "outcomePrices", "clobTokenIds", "umaResolutionStatuses"):
        assert isinstance(row[name], str)
        assert isinstance(orjson.loads(row[name]), list)
    assert sum(Decimal(price) for price in orjson.loads(row["outcomePrices"])) == 1
    assert isinstance(row["volume"], str)
    assert isinstance(row["volumeNum"], float)
    assert Decimal(row["volume"]) == Decimal(str(row["volumeNum"]))
    assert re.fullmatch(r"0x[0-9a-f]{64}", row["conditionId"])
    assert all(token.isdigit() and len(token) > 70 for token in orjson.loads(row["clobTokenIds"]))
    assert datetime.fromisoformat(row["endDate"].replace("Z", "+00:00")).tzinfo is not None
    assert set(row["feeSchedule"]) == {"exponent", "rate", "takerOnly", "rebateRate"}
    assert row["orderMinSize"] == 5
    assert row["bestBid"] < row["bestAsk"]


async def test_closed_markets_are_absent_unless_asked_for_also_in_lookups(http: httpx.AsyncClient) -> None:
    closed = (await get(http, "/markets", closed="true", limit=1))[0]
    assert closed["closed"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00", closed["closedTime"])
    assert sorted(orjson.loads(closed["outcomePrices"])) == ["0", "1"]
    assert closed["umaResolutionStatus"] == "resolved"
    token = orjson.loads(closed["clobTokenIds"])[0]
    for name, value in (
        ("condition_ids", closed["conditionId"]),
        ("clob_token_ids", token),
        ("id", closed["id"]),
    ):
        assert await get(http, "/markets", **{name: value}) == []
        assert [row["id"] for row in await get(http, "/markets", closed="true", **{name: value})] == [
            closed["id"]
        ]
    assert (await get(http, f"/markets/{closed['id']}"))["closed"]


async def test_filters_narrow_the_listing(http: httpx.AsyncClient) -> None:
    politics = (await get(http, "/tags/slug/politics"))["id"]
    rows = await all_open(http, tag_id=politics, volume_num_min=100_000, include_tag="true")
    assert rows
    assert all(
        row["volumeNum"] >= 100_000 and "politics" in [tag["slug"] for tag in row["tags"]] for row in rows
    )
    soon = await all_open(
        http, end_date_max=rows[0]["endDate"], liquidity_num_min=1000, liquidity_num_max=50_000
    )
    assert soon
    assert all(row["endDate"] <= rows[0]["endDate"] and 1000 <= row["liquidityNum"] <= 50_000 for row in soon)
    several = await get(http, "/markets", id=[row["id"] for row in rows[:3]])
    assert {row["id"] for row in several} == {row["id"] for row in rows[:3]}
    assert [row["id"] for row in await get(http, "/markets", slug=rows[0]["slug"])] == [rows[0]["id"]]


@pytest.mark.parametrize(
    ("order", "field"), [("volumeNum", "volumeNum"), ("liquidityNum", "liquidityNum"), ("endDate", "endDate")]
)
async def test_order_and_direction(http: httpx.AsyncClient, order: str, field: str) -> None:
    falling = [row[field] for row in await get(http, "/markets", order=order, limit=100)]
    rising = [row[field] for row in await get(http, "/markets", order=order, ascending="true", limit=100)]
    assert falling == sorted(falling, reverse=True)
    assert rising == sorted(rising)


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "many"}, {"closed": "perhaps"}, {"order": "beauty"}, {"end_date_min": "tomorrow"},
        {"volume_num_min": "NaN"}, {"id": "abc"}, {"after_cursor": "%%%"}, {"tag_match": "some"}, {"tag_id": "politics"},
        {"condition_ids": ["0x1"] * 101},
    ],
)  # fmt: skip
async def test_bad_parameters_are_a_validation_error(http: httpx.AsyncClient, params: dict[str, Any]) -> None:
    response = await http.get("/gamma/markets/keyset", params=params)
    assert response.status_code == 422
    assert response.json()["type"] == "validation error"


async def test_events_hold_their_markets_and_can_leave_them_out(http: httpx.AsyncClient) -> None:
    page = await get(http, "/events/keyset", limit=100, tag_slug="elections")
    event = next(event for event in page["events"] if event["negRisk"])
    assert len(event["markets"]) > 2
    assert 0.8 < sum(float(orjson.loads(row["outcomePrices"])[0]) for row in event["markets"]) < 1.2
    assert (await get(http, f"/events/{event['id']}"))["slug"] == event["slug"]
    assert (await get(http, f"/events/slug/{event['slug']}"))["id"] == event["id"]
    bare = await get(http, "/events", limit=2, include_markets="false")
    assert all("markets" not in row for row in bare)
    tags = await get(http, f"/events/{event['id']}/tags")
    assert tags[0]["slug"] == "politics"


async def test_unknown_things_are_404(http: httpx.AsyncClient) -> None:
    for path in (
        "/markets/999",
        "/markets/slug/nothing",
        "/events/1",
        "/events/slug/x",
        "/tags/5",
        "/tags/slug/none",
        "/nowhere",
    ):
        response = await http.get(f"/gamma{path}")
        assert response.status_code == 404, path
        assert "error" in response.json()


async def test_public_search_finds_by_words_and_pages(http: httpx.AsyncClient) -> None:
    first = await get(http, "/public-search", q="governor race", limit_per_type=2, events_status="active")
    assert first["pagination"] == {"hasMore": True, "totalResults": 5}
    assert all("governor" in event["title"].lower() for event in first["events"])
    last = await get(
        http, "/public-search", q="governor race", limit_per_type=2, page=3, events_status="active"
    )
    assert len(last["events"]) == 1
    assert not last["pagination"]["hasMore"]
    assert (await http.get("/gamma/public-search")).status_code == 422


async def test_tags(http: httpx.AsyncClient) -> None:
    tags = await get(http, "/tags", limit=100)
    assert {"politics", "crypto", "sports", "weather"} <= {tag["slug"] for tag in tags}
    assert await get(http, f"/tags/{tags[0]['id']}") == tags[0]
    market = (await get(http, "/markets", limit=1))[0]
    assert await get(http, f"/markets/{market['id']}/tags")
