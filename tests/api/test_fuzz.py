"""Random garbage is refused in words, by the node's id where there is one; nothing of it is ever a fault of the server."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from formulas.engine import FormulaEngine
from tests.api.conftest import Person, serving
from tests.api.garbage import GARBAGE, Broken, broken_graph
from tests.api.graphs import watching_graph
from tests.fixed_markets import FixedMarkets, a_market
from tests.formulas.conftest import mathjs_bundle

SEEDS = range(160)
AT_ONCE = 8
DRAWN = 120
WORDS = {200, 201, 404, 409, 413, 415, 422, 503}
"""409: the paper account is empty; 503: a formula that did not come to its turn in time."""
RAW = (
    b"", b"\x00", b"{", b"[" * 100_000, b'{"name": "x", "graph": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", b"\xff\xfe",
    b'{"name": NaN}', b'{"name": "\\ud800", "graph": {}}', b'{"name": 1' + b"0" * 5_000 + b"}", b"null", b"[]", b'"x"',
)  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def formulas() -> AsyncIterator[FormulaEngine]:
    engine = FormulaEngine(mathjs_bundle())
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def sender(parts_with: Any, formulas: FormulaEngine, person: Person) -> AsyncIterator[Person]:
    markets = FixedMarkets(a_market("m1"), a_market("m2", price="0.60"))
    async with (
        serving(parts_with(formulas=formulas, market_data=markets)) as address,
        httpx.AsyncClient(base_url=address, headers=person.http.headers, timeout=60) as http,
    ):
        yield Person(person.id, person.token, http)


async def send(person: Person, method: str, path: str, body: Any) -> httpx.Response:
    """JSON also where it is none that a sensible client would write."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    return await person.http.request(method, path, content=content, headers=headers)


async def all_answered(person: Person, requests: Iterable[tuple[str, str, Any]]) -> list[httpx.Response]:
    """Each in words: never a fault of the server, and every refusal is a problem document."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(method: str, path: str, body: Any) -> httpx.Response:
        async with gate:
            answer = await send(person, method, path, body)
        assert answer.status_code in WORDS, (
            f"{answer.status_code} {answer.text} for {method} {path} {body!r:.2000}"
        )
        if answer.status_code >= 400:
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json"
            assert problem["detail"]
            assert problem["code"] != "internal_error"
        return answer

    return list(await asyncio.gather(*(one(*request) for request in requests)))


def routes_for(graph: Any, strategy_id: str) -> list[tuple[str, str, Any]]:
    own = f"/api/strategies/{strategy_id}"
    return [
        ("POST", "/api/strategies", {"name": "Fuzz", "graph": graph, "allocation": "1"}),
        ("PATCH", own, {"graph": graph}),
        ("POST", f"{own}/versions", {"graph": graph}),
        (
            "POST",
            "/api/strategies/import",
            {"schema_version": 1, "name": "Fuzz", "graph": graph, "allocation": "1"},
        ),
        ("POST", "/api/dry-runs", {"graph": graph}),
    ]


@pytest.mark.parametrize("part", range(4))
async def test_broken_graphs_are_refused_by_the_node_that_is_broken(sender: Person, part: int) -> None:
    strategy = await sender.create()
    for seed in SEEDS[part::4]:
        broken = broken_graph(seed)
        for answer in await all_answered(sender, routes_for(broken.graph, strategy["id"])):
            if answer.status_code == 422:
                is_told_by_node(seed, broken, answer.json())


def is_told_by_node(seed: int, broken: Broken, problem: dict[str, Any]) -> None:
    if "errors" not in problem:
        written = json.dumps(broken.graph)
        assert any(text in written for text in ("\\ud800", "\\u0000", "1" + "0" * 40)), (
            f"seed {seed}: {problem}"
        )
        return
    told = {item.get("node_id") for item in problem["errors"]}
    if broken.inside is not None:
        assert told & broken.inside, f"seed {seed}: {problem}"


async def test_bodies_that_are_anything_at_all_are_refused_or_done(sender: Person) -> None:
    strategy = await sender.create()
    drawn: list[Any] = [*GARBAGE, *RAW]

    @settings(
        max_examples=DRAWN, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(JSON)
    def draw(value: Any) -> None:
        drawn.append(value)

    draw()
    own = f"/api/strategies/{strategy['id']}"
    targets = (
        ("POST", "/api/strategies"), ("PATCH", own), ("POST", f"{own}/versions"), ("POST", f"{own}/versions/1/restore"),
        ("POST", "/api/strategies/import"), ("POST", "/api/dry-runs"), ("POST", "/api/formulas/check"),
        ("POST", f"{own}/watchlist"),
    )  # fmt: skip
    requests = [(*targets[index % len(targets)], body) for index, body in enumerate(drawn)]
    await all_answered(sender, requests)
    fields = (
        "name",
        "graph",
        "template",
        "settings",
        "allocation",
        "interval_seconds",
        "error_after",
        "start",
    )
    base = {"name": "Fuzz", "graph": watching_graph(), "allocation": "1"}
    bodies = [{**base, field: value} for field in fields for value in GARBAGE]
    await all_answered(sender, [("POST", "/api/strategies", body) for body in bodies])
    assert (await sender.http.get(own)).json()["version"]["number"] >= 1


async def test_texts_that_no_database_can_keep_are_refused(sender: Person) -> None:
    for text in ("a\x00b", "\ud800"):
        for body in (
            {"name": text, "graph": watching_graph()},
            {"name": "x", "graph": {**watching_graph(), "nodes": [{"id": "n", "type": "end", "name": text}]}},
        ):
            (answer,) = await all_answered(sender, [("POST", "/api/strategies", body)])
            assert answer.status_code == 422, answer.text


async def test_formulas_that_are_anything_at_all_are_answered(sender: Person) -> None:
    texts = [value for value in GARBAGE if isinstance(value, str)]
    drawn: list[str] = []

    @settings(
        max_examples=DRAWN, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(st.text(alphabet="price+-*/()[]{}.,;=<>!'\" 0123456789vf\n\\", max_size=60))
    def draw(text: str) -> None:
        drawn.append(text)

    draw()
    bodies = [{"formula": text, "market_id": "m1"} for text in texts + drawn]
    answers = await all_answered(sender, [("POST", "/api/formulas/check", body) for body in bodies])
    assert sum(answer.status_code == 200 for answer in answers) > DRAWN / 2
