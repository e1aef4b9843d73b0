"""Formulas over HTTP: saving says what is wrong with one, typing is answered at once, and a market of now previews it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from formulas.engine import FormulaEngine
from tests.api.conftest import Person, serving
from tests.api.graphs import watching_graph
from tests.fixed_markets import FixedMarkets, a_market
from tests.formulas.conftest import mathjs_bundle

REFUSED = {
    "price >": "failed: Unexpected end of expression (char 8)",
    "prize > 0.4": 'uses the unknown variable "prize" (did you mean "price"?)',
    "import({})": "failed: import cannot be used in a formula",
}


def formula_graph(formula: str) -> dict[str, Any]:
    """Watches the markets for which the formula is true."""
    return {
        "nodes": [
            {"id": "stream", "type": "stream_markets"},
            {"id": "judge", "type": "formula", "config": {"formula": formula}},
            {"id": "watch", "type": "add_to_watchlist"},
        ],
        "edges": [
            {"source": "stream", "target": "judge"},
            {"source": "judge", "source_port": "true", "target": "watch"},
        ],
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def formulas() -> AsyncIterator[FormulaEngine]:
    engine = FormulaEngine(mathjs_bundle())
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def writer(parts_with: Any, formulas: FormulaEngine, person: Person) -> AsyncIterator[Person]:
    """Somebody at an API that can read formulas."""
    markets = FixedMarkets(a_market("m1", price="0.40", volume="250000"))
    async with (
        serving(parts_with(formulas=formulas, market_data=markets)) as address,
        httpx.AsyncClient(base_url=address, headers=person.http.headers, timeout=30) as http,
    ):
        yield Person(person.id, person.token, http)


@pytest_asyncio.fixture
async def without_engine(parts_with: Any, tmp_path: Path, person: Person) -> AsyncIterator[Person]:
    """Somebody at an API whose mathjs is missing."""
    missing = FormulaEngine(tmp_path / "missing.js")
    async with (
        serving(parts_with(formulas=missing)) as address,
        httpx.AsyncClient(base_url=address, headers=person.http.headers, timeout=30) as http,
    ):
        yield Person(person.id, person.token, http)


def is_bad_formula(answer: httpx.Response, said: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_graph"), answer.text
    (item,) = answer.json()["errors"]
    assert (item["node_id"], item["field"], item["code"]) == ("judge", "formula", "bad_formula")
    assert item["message"] == f"Formula (judge): the formula {said}."


@pytest.mark.parametrize("formula", REFUSED)
async def test_a_bad_formula_is_refused_by_its_node_wherever_it_would_run(
    writer: Person, formula: str
) -> None:
    bad, said = formula_graph(formula), REFUSED[formula]
    is_bad_formula(await writer.http.post("/api/strategies", json={"name": "B", "graph": bad}), said)
    file = {"schema_version": 1, "name": "B", "graph": bad}
    is_bad_formula(await writer.http.post("/api/strategies/import", json=file), said)
    created = await writer.create()
    url = f"/api/strategies/{created['id']}"
    is_bad_formula(await writer.http.patch(url, json={"graph": bad}), said)
    draft = (await writer.http.post(f"{url}/versions", json={"graph": bad})).json()
    assert [(p["node_id"], p["code"], p["severity"]) for p in draft["problems"]] == [
        ("judge", "bad_formula", "error")
    ]
    read = (await writer.http.get(f"{url}/versions/2")).json()
    assert read["problems"] == draft["problems"]
    is_bad_formula(await writer.http.post(f"{url}/versions/2/publish"), said)
    is_bad_formula(await writer.http.post(f"{url}/versions/2/restore", json={"publish": True}), said)
    copied = (await writer.http.post(f"{url}/versions/2/restore")).json()
    assert (copied["number"], copied["problems"]) == (3, draft["problems"])
    assert (await writer.http.get(url)).json()["version"] == created["version"]


async def test_a_sound_formula_is_saved_published_and_restored(writer: Person) -> None:
    created = await writer.create(graph=formula_graph("price > 0.4 and momentum_1h > 0"))
    url = f"/api/strategies/{created['id']}"
    assert (await writer.http.patch(url, json={"graph": formula_graph("volume > 5")})).status_code == 200
    draft = (await writer.http.post(f"{url}/versions", json={"graph": formula_graph("spread < 1")})).json()
    assert draft["problems"] == []
    assert (await writer.http.post(f"{url}/versions/3/publish")).status_code == 200
    restored = await writer.http.post(f"{url}/versions/1/restore", json={"publish": True})
    assert (restored.status_code, restored.json()["number"]) == (201, 4)


async def test_all_faults_of_a_graph_are_told_at_once_and_each_once(writer: Person) -> None:
    graph = formula_graph("prize > 1")
    graph["nodes"].append({"id": "long", "type": "formula", "config": {"formula": "1+" * 300 + "1"}})
    answer = await writer.http.post("/api/strategies", json={"name": "B", "graph": graph})
    told = [(item.get("node_id"), item["code"]) for item in answer.json()["errors"]]
    assert ("judge", "bad_formula") in told
    assert [code for node, code in told if node == "long"].count("bad_config") == 1
    assert ("long", "bad_formula") not in told


async def test_without_the_engine_publishing_waits_and_drafts_are_kept_with_a_warning(
    without_engine: Person,
) -> None:
    graph = formula_graph("price > 0.4")
    refused = await without_engine.http.post("/api/strategies", json={"name": "B", "graph": graph})
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    created = await without_engine.create()
    url = f"/api/strategies/{created['id']}"
    assert (await without_engine.http.patch(url, json={"graph": graph})).status_code == 503
    draft = await without_engine.http.post(f"{url}/versions", json={"graph": graph})
    assert draft.status_code == 201, draft.text
    assert [(p["node_id"], p["code"], p["severity"]) for p in draft.json()["problems"]] == [
        ("judge", "formula_not_checked", "warning")
    ]
    assert (await without_engine.http.post(f"{url}/versions/2/publish")).status_code == 503
    check = await without_engine.http.post("/api/formulas/check", json={"formula": "1"})
    assert (check.status_code, check.json()["code"]) == (503, "unavailable")
    # What has no formula needs no engine, and other faults are told without it.
    assert (await without_engine.http.patch(url, json={"graph": watching_graph("7")})).status_code == 200
    graph["nodes"][2]["type"] = "nothing"
    answer = await without_engine.http.patch(url, json={"graph": graph})
    assert (answer.status_code, answer.json()["errors"][0]["node_id"]) == (422, "watch")


async def _check(person: Person, **body: Any) -> dict[str, Any]:
    answer = await person.http.post("/api/formulas/check", json=body)
    assert answer.status_code == 200, answer.text
    checked: dict[str, Any] = answer.json()
    return checked


async def test_a_formula_is_checked_while_it_is_typed(writer: Person) -> None:
    for formula, said in REFUSED.items():
        assert await _check(writer, formula=formula, market_id="m1") == {
            "ok": False,
            "problem": said,
            "variables": [],
            "preview": None,
        }
    sound = await _check(writer, formula="volume_24h / volume > 0.05 and price + price > 0.1")
    assert (sound["ok"], sound["variables"]) == (True, ["volume_24h", "volume", "price"])
    assert sound["preview"] is None
    assert (await _check(writer, formula="1+" * 300 + "1"))["problem"] == "has more than 500 characters"


async def test_a_preview_says_what_a_formula_node_would_say_of_the_market_now(writer: Person) -> None:
    preview = (await _check(writer, formula="price > 0.3 and momentum_1h > 0.05", market_id="m1"))["preview"]
    assert (preview["kind"], preview["value"], preview["port"]) == ("boolean", "true", "true")
    assert preview["sentence"].startswith("the formula is true: price 0.4")
    values = {value["name"]: value for value in preview["values"]}
    assert values["price"]["value"] == "0.4"
    assert float(values["momentum_1h"]["value"]) == pytest.approx(0.1, abs=0.001)
    assert (preview["market_id"], preview["source"]) == ("m1", "sandbox")
    number = (await _check(writer, formula="volume / 1000", market_id="m1"))["preview"]
    assert (number["kind"], number["value"], number["port"]) == ("number", "250", "value")
    unknown = await _check(writer, formula="whale_net > 0 and minutes_on_watchlist > 5", market_id="m1")
    assert (unknown["preview"]["kind"], unknown["preview"]["port"]) == ("unknown", None)
    said = {value["name"]: value["unknown"] for value in unknown["preview"]["values"]}
    assert said["minutes_on_watchlist"] == "it is not on the watchlist"
    bomb = (await _check(writer, formula="f(x) = f(x + 1); f(price)", market_id="m1"))["preview"]
    assert (bomb["kind"], bomb["port"]) == ("error", None)


async def test_a_preview_of_an_unknown_market_is_not_found(writer: Person) -> None:
    answer = await writer.http.post("/api/formulas/check", json={"formula": "price", "market_id": "none"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_preview_while_the_venue_is_away_is_unavailable(
    parts_with: Any, formulas: FormulaEngine, person: Person
) -> None:
    async with (
        serving(parts_with(formulas=formulas)) as address,
        httpx.AsyncClient(base_url=address, headers=person.http.headers, timeout=30) as http,
    ):
        answer = await http.post("/api/formulas/check", json={"formula": "price", "market_id": "1234"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
