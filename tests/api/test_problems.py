"""Bad requests get a clear problem answer; nothing of the inside leaks."""

from typing import Any

import httpx
import orjson
import pytest

from api.errors import problem_of
from api.page import encode_cursor
from tests.api.conftest import Person
from tests.api.graphs import watching_graph

JSON = {"Content-Type": "application/json"}


def _is_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    return problem


async def test_an_unknown_path_is_a_problem(person: Person) -> None:
    _is_problem(await person.http.get("/api/nothing"), 404, "not_found")
    _is_problem(await person.http.get("/api"), 404, "not_found")


async def test_a_wrong_method_is_a_problem(person: Person) -> None:
    _is_problem(await person.http.put("/api/strategies", json={}), 405, "method_not_allowed")
    _is_problem(await person.http.post("/strategies", json={}), 405, "method_not_allowed")


async def test_a_body_beyond_one_megabyte_is_refused(person: Person) -> None:
    big = b'{"name": "' + b"x" * 1_100_000 + b'"}'
    _is_problem(await person.http.post("/api/strategies", content=big, headers=JSON), 413, "too_large")

    async def chunks() -> Any:
        for _ in range(20):
            yield b"x" * 100_000

    _is_problem(await person.http.post("/api/strategies", content=chunks(), headers=JSON), 413, "too_large")


BAD_BODIES = {
    "not json": b"{name: 1}",
    "nothing": b"",
    "NaN": b'{"name": "x", "interval_seconds": NaN}',
    "infinity": b'{"name": "x", "interval_seconds": 1e999}',
    "long number": b'{"name": "x", "interval_seconds": ' + b"9" * 5000 + b"}",
    "deep": b'{"name": "x", "graph": ' + b'{"a":' * 500 + b"1" + b"}" * 501,
    "very deep": b"[" * 100_000 + b"]" * 100_000,
    "NUL": orjson.dumps({"name": "a\x00b", "graph": watching_graph()}),
    "half a character": b'{"name": "\\ud800", "graph": {}}',
    "not utf-8": b'{"name": "\xff\xfe"}',
    "a list": b"[]",
    "a text": b'"x"',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_body_that_is_no_sound_json_is_refused(person: Person, body: bytes) -> None:
    answer = await person.http.post("/api/strategies", content=body, headers=JSON)
    _is_problem(answer, 422, "invalid_request")


async def test_a_body_of_another_type_is_refused(person: Person) -> None:
    body = orjson.dumps({"name": "x", "graph": watching_graph()})
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        answer = await person.http.post(
            "/api/strategies", content=body, headers={"Content-Type": content_type}
        )
        _is_problem(answer, 422, "invalid_request")


async def test_texts_are_kept_as_they_were_written(person: Person) -> None:
    name = "Ünïcode 🚀 <b>&amp;</b> '; DROP TABLE users; --"
    assert (await person.create(name))["name"] == name


async def test_unexpected_faults_do_not_leak(person: Person) -> None:
    problem = problem_of(RuntimeError("password=hunter2 in /etc/secret")).problem
    assert (problem.status, problem.code) == (500, "internal_error")
    assert "hunter2" not in problem.model_dump_json()


async def test_every_answer_has_a_request_id_and_security_headers(visitor: httpx.AsyncClient) -> None:
    for path in ("/api/health", "/api/me", "/api/nothing", "/strategies"):
        answer = await visitor.get(path, headers={"X-Request-Id": "abc-123"})
        assert answer.headers["x-request-id"] == "abc-123"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
    odd = await visitor.get("/api/health", headers={"X-Request-Id": "a b\tc"})
    assert odd.headers["x-request-id"] != "a b\tc"
    assert (await visitor.get("/api/me")).headers["cache-control"] == "no-store"


async def test_an_execution_number_beyond_all_numbers_is_not_found(person: Person) -> None:
    strategy_id = (await person.create())["id"]
    for number in ("0", "-1", "99999999999999999999", "one"):
        answer = await person.http.get(f"/api/strategies/{strategy_id}/executions/{number}")
        _is_problem(answer, 404, "not_found")


BEFORE_ALL_TIME = "0001-01-01T00:00:00+14:00"
ID = "0289ee58-89b2-40b5-bf9c-232c57678c3b"


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("?sort=name&", encode_cursor("name", "a\x00b", ID)),
        ("?sort=newest&", encode_cursor("newest", BEFORE_ALL_TIME, ID)),
        ("/{id}/trades?", encode_cursor(BEFORE_ALL_TIME, ID)),
        ("/{id}/orders?", encode_cursor("2026-01-01T00:00:00", ID)),
    ],
)
async def test_a_cursor_with_values_that_no_row_can_have_is_refused(
    person: Person, path: str, cursor: str
) -> None:
    created = await person.create()
    url = f"/api/strategies{path.format(id=created['id'])}cursor={cursor}"
    problem = _is_problem(await person.http.get(url), 422, "invalid_request")
    assert problem["errors"][0]["field"] == "cursor"


async def test_markets_are_unavailable_while_the_venue_is_away(person: Person) -> None:
    answer = await person.http.get("/api/markets?tag=politics&volume_min=1000&limit=5")
    _is_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "query", ["volume_min=much", "volume_min=-1", "volume_min=NaN", "limit=1000", "text=" + "x" * 500]
)
async def test_bad_market_queries_are_refused(person: Person, query: str) -> None:
    _is_problem(await person.http.get(f"/api/markets?{query}"), 422, "invalid_request")


async def test_too_large_an_allocation_is_refused_with_what_to_do(person: Person) -> None:
    body = {"name": "Rich", "graph": watching_graph(), "allocation": "2500000.5"}
    answer = await person.http.post("/api/strategies", json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["message"]) == (
        "allocation",
        "a strategy gets 1,000,000 USDC at most, and this is 2500000.5; "
        "give it less, or split the amount between several strategies",
    )
