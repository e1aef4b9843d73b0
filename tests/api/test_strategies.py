"""Creating, listing, editing and deleting strategies."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from db.session import Database
from domain.templates.catalogue import ALL
from tests.api.conftest import MIN_INTERVAL, Person
from tests.api.graphs import trading_graph, watching_graph
from tests.api.records import add_execution, add_trade, set_strategy


async def test_a_strategy_is_created_from_a_graph(person: Person) -> None:
    created = await person.create("My watcher", allocation="1234.50", interval_seconds=600, error_after=3)
    assert created["name"] == "My watcher"
    assert created["status"] == created["desired_state"] == "draft"
    assert created["pending"] is False
    assert created["mode"] == "paper"
    assert created["version"]["number"] == 1
    assert created["interval_seconds"] == 600
    assert created["error_after"] == 3
    assert created["allocation"] == {
        "allocated": "1234.5",
        "available": "1234.5",
        "reserved": "0",
        "deployed": "0",
    }
    assert created["win_rate"] is None
    assert created["roi"] is None
    assert created["on_time"]["h24"] == {"due": 0, "on_time": 0, "ratio": None}
    assert created["created_at"].endswith("Z")
    again = await person.http.get(f"/api/strategies/{created['id']}")
    assert {**again.json(), "uptime_seconds": 0} == {**created, "uptime_seconds": 0}
    drawn = (await person.http.get(f"/api/strategies/{created['id']}/graph")).json()
    assert drawn["number"] == 1
    assert [node["id"] for node in drawn["graph"]["nodes"]] == ["start", "stream", "watch"]


@pytest.mark.parametrize("template", [template.id for template in ALL])
async def test_every_template_can_be_created_with_its_defaults(person: Person, template: str) -> None:
    answer = await person.http.post("/api/strategies", json={"name": "T", "template": {"id": template}})
    assert answer.status_code == 201, answer.text
    created = answer.json()
    assert created["template_id"] == template
    suggested = next(entry.interval_minutes * 60 for entry in ALL if entry.id == template)
    assert created["interval_seconds"] == max(suggested, MIN_INTERVAL)
    assert created["allocation"]["allocated"] == "500"


async def test_templates_and_node_types_are_described(person: Person) -> None:
    templates = (await person.http.get("/api/templates")).json()["items"]
    assert len(templates) >= 4
    assert any(template["title"] == "Politics Momentum Bot" for template in templates)
    for template in templates:
        assert template["parameters"]["type"] == "object"
        assert template["interval_seconds"] > 0
        assert template["risk_note"]
    types = {entry["type"] for entry in (await person.http.get("/api/node-types")).json()["items"]}
    assert {"start", "stream_markets", "filter", "condition", "execute_trade", "wait", "end"} <= types


async def test_a_parameter_that_does_not_fit_is_named(person: Person) -> None:
    body = {"name": "T", "template": {"id": ALL[0].id, "parameters": {"no_such_parameter": 1}}}
    answer = await person.http.post("/api/strategies", json=body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert problem["errors"][0]["field"].startswith("template.parameters")


def _bad_graphs() -> list[tuple[str, Any, str]]:
    unknown = watching_graph()
    unknown["nodes"][1]["type"] = "strem_markets"
    wrong_type = watching_graph("a lot")
    dangling = watching_graph()
    dangling["edges"][1]["target"] = "nowhere"
    loop = watching_graph()
    loop["edges"].append({"source": "watch", "target": "stream"})
    huge = {"nodes": [{"id": f"n{n}", "type": "end"} for n in range(5000)], "edges": []}
    return [
        ("unknown_node", unknown, "unknown_type"),
        ("wrong_setting", wrong_type, "bad_config"),
        ("dangling_edge", dangling, "edge_to_missing_node"),
        ("loop", loop, ""),
        ("huge", huge, "too_many_nodes"),
        ("empty", {}, ""),
        ("malformed", {"nodes": "many"}, ""),
    ]


@pytest.mark.parametrize(
    ("graph", "code"), [(g, c) for _, g, c in _bad_graphs()], ids=[n for n, _, _ in _bad_graphs()]
)
async def test_a_graph_that_cannot_run_is_refused_with_its_faults(
    person: Person, graph: Any, code: str
) -> None:
    answer = await person.http.post("/api/strategies", json={"name": "Bad", "graph": graph})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "invalid_graph"
    assert problem["errors"]
    assert all(error["message"] for error in problem["errors"])
    if code:
        assert code in [error["code"] for error in problem["errors"]]
    assert (await person.http.get("/api/strategies")).json()["items"] == []


async def test_a_fault_names_its_node(person: Person) -> None:
    graph = watching_graph("a lot")
    answer = await person.http.post("/api/strategies", json={"name": "Bad", "graph": graph})
    (error,) = answer.json()["errors"]
    assert error["node_id"] == "stream"
    assert error["field"] == "volume_min"


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": "   "}, "name"),
    ({"name": "n" * 81}, "name"),
    ({"name": None}, "name"),
    ({"interval_seconds": MIN_INTERVAL - 1}, "interval_seconds"),
    ({"interval_seconds": 0}, "interval_seconds"),
    ({"interval_seconds": 10**12}, "interval_seconds"),
    ({"interval_seconds": "soon"}, "interval_seconds"),
    ({"allocation": "0"}, "allocation"),
    ({"allocation": "-5"}, "allocation"),
    ({"allocation": "1.0000001"}, "allocation"),
    ({"allocation": "NaN"}, "allocation"),
    ({"allocation": 1.5}, "allocation"),
    ({"allocation": "1e30"}, "allocation"),
    ({"error_after": 0}, "error_after"),
    ({"template": {"id": "x"}}, "body"),
    ({"surprise": 1}, "surprise"),
]


@pytest.mark.parametrize(("change", "field"), BAD_FIELDS, ids=[str(change)[:40] for change, _ in BAD_FIELDS])
async def test_bad_fields_are_refused_by_name(person: Person, change: dict[str, Any], field: str) -> None:
    body = {"name": "Fine", "graph": watching_graph(), **change}
    answer = await person.http.post("/api/strategies", json=body)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert problem["errors"][0]["field"] == field


async def test_an_unknown_template_is_refused_with_the_known_ones(person: Person) -> None:
    answer = await person.http.post("/api/strategies", json={"name": "T", "template": {"id": "moon"}})
    assert answer.status_code == 422
    assert ALL[0].id in answer.json()["detail"]


async def test_lists_are_filtered_sorted_and_paged(person: Person, database: Database) -> None:
    ids = [(await person.create(name))["id"] for name in ("bravo", "Alpha", "delta", "charlie")]
    now = datetime.now(UTC)
    await set_strategy(database, ids[0], status="running", desired_state="running")
    for strategy_id, minutes in zip(ids, (5, 1, 9, 3), strict=True):
        await set_strategy(database, strategy_id, last_activity_at=now - timedelta(minutes=minutes))
    await add_trade(database, UUID(ids[2]), pnl="2")
    await add_trade(database, UUID(ids[3]), pnl="-3")

    async def listed(**query: Any) -> list[int]:
        found: list[int] = []
        cursor: str | None = None
        while True:
            params: dict[str, Any] = {**query, "limit": 3, **({"cursor": cursor} if cursor else {})}
            page = (await person.http.get("/api/strategies", params=params)).json()
            found += [ids.index(item["id"]) for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    assert await listed(sort="newest") == [3, 2, 1, 0]
    assert await listed(sort="oldest") == [0, 1, 2, 3]
    assert await listed(sort="name") == [1, 0, 3, 2]
    assert await listed(sort="most_active") == [1, 3, 0, 2]
    performance = await listed(sort="performance")
    assert performance[:2] == [2, 3]
    assert await listed(status="running") == [0]
    assert await listed(status="stopped") == []
    assert await listed() == await listed(sort="most_active")


@pytest.mark.parametrize(
    "query", ["sort=fastest", "status=asleep", "limit=0", "limit=201", "cursor=abc", "cursor=W10"]
)
async def test_bad_list_queries_are_refused(person: Person, query: str) -> None:
    answer = await person.http.get(f"/api/strategies?{query}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


async def test_a_cursor_of_another_sort_is_refused(person: Person) -> None:
    await person.create("a")
    await person.create("b")
    page = (await person.http.get("/api/strategies?sort=name&limit=1")).json()
    answer = await person.http.get(f"/api/strategies?sort=newest&cursor={page['next_cursor']}")
    assert answer.status_code == 422


async def test_win_rate_and_roi_count_closed_trades(person: Person, database: Database) -> None:
    strategy_id = UUID((await person.create())["id"])
    await add_trade(database, strategy_id, pnl="3", cost="10")
    await add_trade(database, strategy_id, pnl="-1", cost="30")
    await add_trade(database, strategy_id)
    view = (await person.http.get(f"/api/strategies/{strategy_id}")).json()
    assert (view["closed_trades"], view["active_trades"]) == (2, 1)
    assert view["win_rate"] == 0.5
    assert view["roi"] == "0.05"


async def test_on_time_counts_missed_and_overdue_executions(person: Person, database: Database) -> None:
    created = await person.create(interval_seconds=60)
    strategy_id, version_id = UUID(created["id"]), UUID(created["version"]["id"])
    now = datetime.now(UTC)
    hours_ago = [(1, 1, True, 0), (2, 2, False, 3), (3, 30, True, 0)]
    for number, hours, on_time, missed in hours_ago:
        await add_execution(
            database,
            strategy_id,
            version_id,
            number,
            scheduled_for=now - timedelta(hours=hours),
            on_time=on_time,
            missed_before=missed,
        )
    await add_execution(database, strategy_id, version_id, 4, trigger="run_now", on_time=False)
    await add_execution(database, strategy_id, version_id, 1, step=1, trigger="continuation", on_time=False)
    url = f"/api/strategies/{strategy_id}"
    on_time = (await person.http.get(url)).json()["on_time"]
    assert on_time["h24"] == {"due": 5, "on_time": 1, "ratio": 0.2}
    assert on_time["d30"] == {"due": 6, "on_time": 2, "ratio": round(2 / 6, 6)}

    # Two slots are late by now, the third is not late enough to count.
    await set_strategy(
        database,
        strategy_id,
        status="running",
        desired_state="running",
        next_execution_at=datetime.now(UTC) - timedelta(seconds=125),
    )
    on_time = (await person.http.get(url)).json()["on_time"]
    assert on_time["h24"]["due"] == 7


async def test_uptime_grows_while_running_and_stands_in_a_pause(person: Person, database: Database) -> None:
    strategy_id = (await person.create())["id"]
    since = datetime.now(UTC) - timedelta(seconds=100)
    await set_strategy(
        database,
        strategy_id,
        status="running",
        desired_state="running",
        running_since=since,
        uptime_seconds=Decimal(50),
    )
    view = (await person.http.get(f"/api/strategies/{strategy_id}")).json()
    assert 150 <= view["uptime_seconds"] < 200
    assert datetime.fromisoformat(view["uptime_since"]) == since
    await set_strategy(database, strategy_id, status="paused", desired_state="paused", running_since=None)
    view = (await person.http.get(f"/api/strategies/{strategy_id}")).json()
    assert view["uptime_seconds"] == 50
    assert view["uptime_since"] is None


async def test_a_changed_graph_is_a_new_version_and_the_old_one_stays(person: Person) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}"
    edited = await person.http.patch(url, json={"graph": trading_graph(), "name": "Trader"})
    assert edited.status_code == 200, edited.text
    assert edited.json()["version"]["number"] == 2
    assert edited.json()["name"] == "Trader"
    same = await person.http.patch(url, json={"graph": trading_graph()})
    assert same.json()["version"] == edited.json()["version"]
    settings = await person.http.patch(url, json={"interval_seconds": 900, "error_after": 7})
    assert settings.json()["version"]["number"] == 3
    assert (settings.json()["interval_seconds"], settings.json()["error_after"]) == (900, 7)
    template = await person.http.patch(url, json={"template": {"id": ALL[0].id}})
    assert template.json()["version"]["number"] == 4
    assert template.json()["template_id"] == ALL[0].id
    events = (await person.http.get(f"{url}/events")).json()["items"]
    assert [event["kind"] for event in events] == ["version_published"] * 3 + ["strategy_created"]
