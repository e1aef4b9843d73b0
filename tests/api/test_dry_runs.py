"""Trying a graph on the markets of now, without effects."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
from sqlalchemy import func, insert, select

from db.models import Order, StrategyEvent, StrategyExecution, StrategyVersion, StrategyWatchlist
from db.session import Database
from formulas.engine import FormulaEngine
from tests.api.conftest import Person, serving
from tests.api.graphs import trading_graph, watching_graph
from tests.fixed_markets import FixedMarkets, a_market
from tests.formulas.conftest import mathjs_bundle


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def venue() -> FixedMarkets:
    return FixedMarkets(a_market("m1", volume="500"), a_market("m2", volume="900000", price="0.60"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def dry_address(parts: Any, venue: FixedMarkets) -> AsyncIterator[str]:
    async with serving(replace(parts, market_data=venue)) as address:
        yield address


@pytest_asyncio.fixture
async def http(dry_address: str, person: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=dry_address, headers=person.http.headers, timeout=30) as client:
        yield client


async def _try(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await http.post("/api/dry-runs", json=body)
    assert answer.status_code == 200, answer.text
    tried: dict[str, Any] = answer.json()
    return tried


async def _rows(database: Database) -> list[int | None]:
    tables = (Order, StrategyEvent, StrategyExecution, StrategyVersion, StrategyWatchlist)
    async with database.read() as session:
        return [await session.scalar(select(func.count()).select_from(table)) for table in tables]


def _filtering(volume_min: str) -> dict[str, Any]:
    return {
        "nodes": [
            {"id": "stream", "type": "stream_markets"},
            {
                "id": "busy",
                "type": "condition",
                "config": {"conditions": [{"metric": "volume", "op": ">", "value": volume_min}]},
            },
            {"id": "buy", "type": "execute_trade", "config": {"outcome": "Yes", "amount": "10"}},
        ],
        "edges": [
            {"source": "stream", "target": "busy"},
            {"source": "busy", "source_port": "true", "target": "buy"},
        ],
    }


async def test_a_dry_run_counts_the_funnel_and_says_why_each_market_stopped(
    http: httpx.AsyncClient, database: Database
) -> None:
    before = await _rows(database)
    tried = await _try(http, graph=_filtering("1000"))
    nodes = {node["node_id"]: node for node in tried["nodes"]}
    assert list(nodes) == ["stream", "busy", "buy"]
    assert nodes["stream"]["items_out"] == {"out": 2}
    assert (nodes["busy"]["items_in"], nodes["busy"]["items_out"]) == (2, {"true": 1, "false": 1})
    sentences = {verdict["market_id"]: verdict["sentence"] for verdict in nodes["busy"]["verdicts"]}
    assert "500" in sentences["m1"]
    assert "900,000" in sentences["m2"]
    (effect,) = tried["effects"]
    assert (effect["kind"], effect["node_id"], effect["market_id"]) == ("order_intent", "buy", "m2")
    assert (effect["outcome"], effect["side"], effect["amount"]) == ("Yes", "BUY", "10")
    assert tried["effects_total"] == 1
    assert (tried["source"], tried["failure"]) == ("sandbox", None)
    assert await _rows(database) == before, "nothing is stored"


async def test_a_strategy_is_tried_with_its_watchlist_and_any_of_its_versions(
    http: httpx.AsyncClient, person: Person, database: Database
) -> None:
    watched = {
        "nodes": [{"id": "look", "type": "monitor_watchlist"}, {"id": "end", "type": "end"}],
        "edges": [{"source": "look", "target": "end"}],
    }
    created = await person.create(graph=watched)
    await person.http.post(
        f"/api/strategies/{created['id']}/versions", json={"graph": watching_graph("1000")}
    )
    async with database.write() as session:
        await session.execute(
            insert(StrategyWatchlist).values(id=uuid4(), strategy_id=UUID(created["id"]), market_id="m2")
        )
    tried = await _try(http, strategy_id=created["id"])
    assert tried["nodes"][0]["items_in"] == 1
    drafted = await _try(http, strategy_id=created["id"], version=2)
    assert [node["node_id"] for node in drafted["nodes"]] == ["start", "stream", "watch"]
    assert drafted["effects"] == [], "m2 is on the watchlist already"
    alone = await _try(http, graph=watched)
    assert alone["nodes"][0]["items_in"] == 0
    beside = await _try(http, graph=watched, strategy_id=created["id"])
    assert beside["nodes"][0]["items_in"] == 1


async def test_what_a_full_watchlist_would_turn_away_is_said(http: httpx.AsyncClient, person: Person) -> None:
    created = await person.create(graph=watching_graph("0"), settings={"watchlist": {"cap": 1}})
    wider = {"graph": watching_graph("0"), "settings": {"watchlist": {"cap": 2}}}
    saved = await person.http.post(f"/api/strategies/{created['id']}/versions", json=wider)
    assert saved.status_code == 201, saved.text

    async def said(**body: Any) -> list[str]:
        tried = await _try(http, strategy_id=created["id"], **body)
        (watch,) = (node for node in tried["nodes"] if node["node_id"] == "watch")
        return sorted(verdict["sentence"] for verdict in watch["verdicts"])

    full = ["put on the watchlist", "the watchlist is full"]
    assert await said() == full
    assert await said(graph=watching_graph("0")) == full, "a drawn graph keeps the published settings"
    assert await said(version=2) == ["put on the watchlist"] * 2


async def test_pinned_markets_are_all_the_markets_there_are(http: httpx.AsyncClient) -> None:
    pinned = [
        {"id": "m1", "volume": "2000000"},
        {"id": "made-up", "question": "Will it?", "price": "0.25", "volume": "5000", "tags": ["Pop Culture"]},
    ]
    tried = await _try(http, graph=_filtering("1000"), pinned_markets=pinned)
    nodes = {node["node_id"]: node for node in tried["nodes"]}
    assert nodes["busy"]["items_out"] == {"true": 2, "false": 0}
    sentences = {verdict["market_id"]: verdict["sentence"] for verdict in nodes["busy"]["verdicts"]}
    assert "2,000,000" in sentences["m1"]
    assert [effect["question"] for effect in tried["effects"]] == ["Will m1 happen?", "Will it?"]
    unknown = {"graph": _filtering("1"), "pinned_markets": [{"id": "who"}]}
    refused = await http.post("/api/dry-runs", json=unknown)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "unknown_market"


async def test_a_pinned_node_lets_given_markets_through_and_what_leads_to_it_is_not_run(
    http: httpx.AsyncClient,
) -> None:
    node = {"node_id": "busy", "port": "true", "market_ids": ["m1"]}
    tried = await _try(http, graph=_filtering("1000"), pinned_node=node)
    assert [one["node_id"] for one in tried["nodes"]] == ["buy"]
    assert [effect["market_id"] for effect in tried["effects"]] == ["m1"]
    for wrong, field in (({"node_id": "nope"}, "node_id"), ({"port": "maybe"}, "port")):
        body = {"graph": _filtering("1"), "pinned_node": {**node, **wrong}}
        refused = await http.post("/api/dry-runs", json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == f"pinned_node.{field}"


async def test_what_would_go_on_later_is_said(http: httpx.AsyncClient) -> None:
    graph = {
        "nodes": [
            {"id": "stream", "type": "stream_markets"},
            {"id": "wait", "type": "wait", "config": {"minutes": 5}},
            {"id": "end", "type": "end"},
        ],
        "edges": [{"source": "stream", "target": "wait"}, {"source": "wait", "target": "end"}],
    }
    (goes_on,) = (await _try(http, graph=graph))["goes_on"]
    assert (goes_on["node_id"], goes_on["items"]) == ("wait", 2)
    assert goes_on["due_at"] is not None


async def test_a_graph_that_cannot_run_is_not_tried(http: httpx.AsyncClient) -> None:
    for body, code in (
        ({"graph": watching_graph("a lot")}, "invalid_graph"),
        ({"graph": {"nodes": 3}}, "invalid_graph"),
        ({}, "invalid_request"),
        ({"graph": watching_graph(), "version": 1}, "invalid_request"),
    ):
        refused = await http.post("/api/dry-runs", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_nobody_tries_the_strategy_of_somebody_else(http: httpx.AsyncClient, stranger: Person) -> None:
    theirs = await stranger.create()
    for body in ({}, {"version": 1}, {"graph": watching_graph()}):
        answer = await http.post("/api/dry-runs", json={"strategy_id": theirs["id"], **body})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_venue_that_is_away_makes_a_dry_run_unavailable(
    http: httpx.AsyncClient, venue: FixedMarkets
) -> None:
    venue.unavailable = "the venue answers 503"
    try:
        answer = await http.post("/api/dry-runs", json={"graph": trading_graph()})
    finally:
        venue.unavailable = None
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


FORMULA = {
    "nodes": [
        {"id": "stream", "type": "stream_markets"},
        {"id": "sum", "type": "formula", "config": {"formula": "volume > 1000"}},
        {"id": "watch", "type": "add_to_watchlist"},
    ],
    "edges": [
        {"source": "stream", "target": "sum"},
        {"source": "sum", "source_port": "true", "target": "watch"},
    ],
}


async def test_formulas_need_their_engine_and_the_node_says_so(http: httpx.AsyncClient) -> None:
    tried = await _try(http, graph=FORMULA)
    assert (tried["nodes"], tried["effects"]) == ([], [])
    assert "formula engine" in tried["failure"]["message"]


async def test_formulas_are_computed(parts: Any, venue: FixedMarkets, person: Person) -> None:
    formulas = FormulaEngine(mathjs_bundle())
    headers = person.http.headers
    try:
        async with (
            serving(replace(parts, market_data=venue, formulas=formulas)) as address,
            httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as http,
        ):
            tried = await _try(http, graph=FORMULA)
    finally:
        await formulas.stop()
    assert [effect["market_id"] for effect in tried["effects"]] == ["m2"]
