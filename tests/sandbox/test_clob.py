"""The CLOB's public protocol: books, prices, history, refusals."""

from decimal import Decimal
from hashlib import sha1
from itertools import pairwise
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio

from sandbox.clock import MINUTE


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def markets(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The busiest markets that stay open for a while."""
    params: dict[str, str | int] = {
        "limit": 40,
        "order": "volumeNum",
        "ascending": "false",
        "end_date_min": "2026-12-01",
    }
    rows: list[dict[str, Any]] = (await http.get("/gamma/markets", params=params)).json()
    assert rows
    return rows


def tokens(market: dict[str, Any]) -> list[str]:
    return list(orjson.loads(market["clobTokenIds"]))


async def get(http: httpx.AsyncClient, path: str, **params: Any) -> Any:
    response = await http.get(f"/clob{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_time_version_ok(http: httpx.AsyncClient) -> None:
    assert isinstance(await get(http, "/time"), int)
    assert await get(http, "/version") == {"version": 2}
    assert (await http.get("/clob/ok")).status_code == 200


async def test_best_level_is_last_on_both_sides_and_books_never_cross(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    body = [{"token_id": token} for market in markets for token in tokens(market)]
    books = (await http.post("/clob/books", json=body)).json()
    assert len(books) == len(body)
    for book in books:
        bids = [Decimal(level["price"]) for level in book["bids"]]
        asks = [Decimal(level["price"]) for level in book["asks"]]
        assert bids == sorted(bids)
        assert asks == sorted(asks, reverse=True)
        assert bids[-1] < asks[-1]
        tick = Decimal(book["tick_size"])
        assert all(price % tick == 0 and 0 < price < 1 for price in bids + asks)
        assert all(Decimal(level["size"]) > 0 for level in book["bids"] + book["asks"])
        assert book["min_order_size"] == "5"


async def test_no_book_is_the_exact_mirror_of_yes(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    for market in markets[:10]:
        yes, no = (
            await http.post("/clob/books", json=[{"token_id": token} for token in tokens(market)])
        ).json()
        mirrored = [(1 - Decimal(level["price"]), level["size"]) for level in yes["bids"]]
        assert [(Decimal(level["price"]), level["size"]) for level in no["asks"]] == mirrored
        assert len(no["bids"]) == len(yes["asks"])
        assert yes["timestamp"] == no["timestamp"]


async def test_book_hash_is_sha1_over_the_compact_book_with_an_empty_hash(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    book = await get(http, "/book", token_id=tokens(markets[0])[0])
    shown, book["hash"] = book["hash"], ""
    keys = [
        "market",
        "asset_id",
        "timestamp",
        "hash",
        "bids",
        "asks",
        "min_order_size",
        "tick_size",
        "neg_risk",
        "last_trade_price",
    ]
    assert list(book) == keys
    assert sha1(orjson.dumps(book)).hexdigest() == shown


async def test_derived_prices_agree_with_the_book(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    for market in reversed(markets):
        token = tokens(market)[0]
        before = await get(http, "/book", token_id=token)
        answers = [
            (await get(http, "/price", token_id=token, side="BUY"))["price"],
            (await get(http, "/price", token_id=token, side="SELL"))["price"],
            (await get(http, "/midpoint", token_id=token))["mid"],
            (await get(http, "/spread", token_id=token))["spread"],
        ]
        if (await get(http, "/book", token_id=token))["timestamp"] != before["timestamp"]:
            continue
        bid, ask = Decimal(before["bids"][-1]["price"]), Decimal(before["asks"][-1]["price"])
        assert [Decimal(text) for text in answers] == [bid, ask, (bid + ask) / 2, ask - bid]
        return
    pytest.fail("no book stood still for six requests")


async def test_batches(http: httpx.AsyncClient, markets: list[dict[str, Any]]) -> None:
    asked = [tokens(market)[0] for market in markets[:4]]
    body = [{"token_id": token} for token in [*asked, "123"]]
    assert set((await http.post("/clob/midpoints", json=body)).json()) == set(asked)
    assert set((await http.post("/clob/spreads", json=body)).json()) == set(asked)
    sides = [{"token_id": token, "side": side} for token in asked for side in ("BUY", "SELL")]
    prices = (await http.post("/clob/prices", json=sides)).json()
    assert all(set(prices[token]) == {"BUY", "SELL"} for token in asked)
    last = (await http.post("/clob/last-trades-prices", json=body)).json()
    assert {row["token_id"] for row in last} <= set(asked)
    assert await get(http, "/last-trade-price", token_id="123") == {"price": "0.5", "side": ""}


@pytest.mark.parametrize(
    ("method", "path", "payload", "status"),
    [
        ("GET", "/book?token_id=123", None, 404), ("GET", "/book?token_id=0xabc", None, 400), ("GET", "/book", None, 400),
        ("GET", "/price?token_id=123&side=UP", None, 400), ("GET", "/midpoint?token_id=123", None, 404),
        ("POST", "/books", {"token_id": "1"}, 400), ("POST", "/books", [{"token_id": "1"}] * 501, 400),
        ("POST", "/books", [{"token": "1"}], 400), ("POST", "/prices", [{"token_id": None}], 400),
        ("GET", "/clob-markets/0x12", None, 404), ("GET", "/markets/0x" + "0" * 64, None, 404),
        ("GET", "/markets-by-token/77", None, 404), ("GET", "/markets?next_cursor=xx!", None, 400),
    ],
)  # fmt: skip
async def test_refusals_carry_an_error(
    http: httpx.AsyncClient, method: str, path: str, payload: object, status: int
) -> None:
    response = await http.request(method, f"/clob{path}", json=payload)
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert (await http.post("/clob/books", content=b"{nonsense")).status_code == 400


async def test_market_info_in_all_its_forms(http: httpx.AsyncClient, markets: list[dict[str, Any]]) -> None:
    market = markets[0]
    yes, no = tokens(market)
    condition = market["conditionId"]
    pair = await get(http, f"/markets-by-token/{no}")
    assert pair == {"condition_id": condition, "primary_token_id": yes, "secondary_token_id": no}
    short = await get(http, f"/clob-markets/{condition}")
    assert [row["t"] for row in short["t"]] == [yes, no]
    assert short["fd"] == {"r": market["feeSchedule"]["rate"], "e": 1, "to": True}
    whole = await get(http, f"/markets/{condition}")
    assert [row["token_id"] for row in whole["tokens"]] == [yes, no]
    assert whole["market_slug"] == market["slug"]
    assert (await get(http, "/tick-size", token_id=yes))["minimum_tick_size"] in (0.01, 0.001)
    assert await get(http, "/neg-risk", token_id=yes) == {"neg_risk": market["negRisk"]}
    assert "base_fee" in await get(http, "/fee-rate", token_id=yes)
    page = await get(http, "/markets")
    assert page["count"] == len(page["data"]) == 1000
    rest = await get(http, "/markets", next_cursor=page["next_cursor"])
    assert rest["next_cursor"] == "LTE="


async def test_history_lies_on_whole_minutes_and_reaches_back_30_days(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    oldest = min(markets, key=lambda market: str(market["startDate"]))
    token, now = tokens(oldest)[0], await get(http, "/time")
    hour = (await get(http, "/prices-history", market=token, interval="1h", fidelity=1))["history"]
    assert 58 <= len(hour) <= 62
    assert all(point["t"] % 60 == 0 for point in hour[:-1])
    assert all(0 < point["p"] < 1 for point in hour)
    month = (await get(http, "/prices-history", market=token, interval="1m", fidelity=60))["history"]
    assert month[0]["t"] <= now - 29 * 86400
    span = (await get(http, "/prices-history", market=token, startTs=now - 7200, endTs=now - 3600))["history"]
    assert [point["t"] for point in span] == list(range(-(-(now - 7200) // 60) * 60, now - 3600 + 1, 60))
    again = (await get(http, "/prices-history", market=token, startTs=now - 7200, endTs=now - 3600))[
        "history"
    ]
    assert again == span


async def test_history_of_no_is_one_minus_history_of_yes(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    now = await get(http, "/time")
    body = {"markets": tokens(markets[0]), "start_ts": now - 3600, "end_ts": now - 60, "fidelity": 5}
    yes, no = (await http.post("/clob/batch-prices-history", json=body)).json()["history"].values()
    assert len(yes) == len(no) >= 11
    assert all(abs(first["p"] + second["p"] - 1) < 1e-9 for first, second in zip(yes, no, strict=True))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "interval"), ({"interval": "2d"}, "interval"), ({"interval": "1m", "fidelity": 5}, "fidelity"),
        ({"interval": "1w", "fidelity": 1}, "fidelity"), ({"startTs": 0, "endTs": 16 * 86400}, "too long"),
        ({"startTs": 100, "endTs": 10}, "before"), ({"startTs": "x"}, "startTs"), ({"endTs": 10}, "startTs"),
    ],
)  # fmt: skip
async def test_history_refuses_what_the_exchange_refuses(
    http: httpx.AsyncClient, markets: list[dict[str, Any]], params: dict[str, Any], words: str
) -> None:
    response = await http.get("/clob/prices-history", params={"market": tokens(markets[0])[0], **params})
    assert response.status_code == 400
    assert words in response.json()["error"]
    batch = {"markets": ["1"] * 21, "interval": "1h"}
    assert (await http.post("/clob/batch-prices-history", json=batch)).status_code == 400


async def test_resolved_markets_have_no_interval_history_and_only_coarse_points(
    http: httpx.AsyncClient,
) -> None:
    rows = (
        await http.get(
            "/gamma/markets",
            params={"closed": "true", "limit": 100, "order": "startDate", "ascending": "true"},
        )
    ).json()
    token, now = tokens(rows[0])[0], await get(http, "/time")
    assert (await get(http, "/prices-history", market=token, interval="1w"))["history"] == []
    points = (
        await get(http, "/prices-history", market=token, startTs=now - 14 * 86400, endTs=now, fidelity=1)
    )["history"]
    assert points
    assert all(later["t"] - point["t"] >= 12 * 3600 for point, later in pairwise(points))
    assert (await http.get("/clob/book", params={"token_id": token})).status_code == 404


async def test_last_history_point_is_the_midpoint_of_the_book(
    http: httpx.AsyncClient, markets: list[dict[str, Any]]
) -> None:
    for market in reversed(markets):
        token = tokens(market)[0]
        book = await get(http, "/book", token_id=token)
        history = (await get(http, "/prices-history", market=token, interval="1h"))["history"]
        if (await get(http, "/book", token_id=token))["timestamp"] == book["timestamp"] and history[-1][
            "t"
        ] * 1000 >= int(book["timestamp"]):
            bid, ask = Decimal(book["bids"][-1]["price"]), Decimal(book["asks"][-1]["price"])
            assert Decimal(str(history[-1]["p"])) == (bid + ask) / 2
            assert int(book["timestamp"]) > history[-1]["t"] * 1000 - MINUTE
            return
    pytest.fail("no book stood still for two requests")
