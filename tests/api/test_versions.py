"""Drafts, publishing, restoring, comparing, and strategies as files."""

from typing import Any

import pytest

from tests.api.conftest import Person
from tests.api.graphs import trading_graph, watching_graph


async def _save(person: Person, strategy: str, **body: Any) -> dict[str, Any]:
    answer = await person.http.post(f"/api/strategies/{strategy}/versions", json=body)
    assert answer.status_code == 201, answer.text
    saved: dict[str, Any] = answer.json()
    return saved


async def test_a_saved_draft_changes_nothing_until_it_is_published(person: Person) -> None:
    created = await person.create(interval_seconds=600)
    url = f"/api/strategies/{created['id']}"
    draft = await _save(
        person,
        created["id"],
        graph=trading_graph(),
        interval_seconds=1200,
        settings={"watchlist": {"cap": 3}},
    )
    assert (draft["number"], draft["published"], draft["problems"]) == (2, False, [])
    assert (draft["settings"]["interval_seconds"], draft["settings"]["watchlist"]["cap"]) == (1200, 3)
    unchanged = (await person.http.get(url)).json()
    assert (unchanged["version"], unchanged["interval_seconds"]) == (created["version"], 600)
    published = await person.http.post(f"{url}/versions/2/publish")
    assert published.status_code == 200, published.text
    view = published.json()
    assert (view["version"]["number"], view["interval_seconds"], view["settings"]["watchlist"]["cap"]) == (
        2,
        1200,
        3,
    )
    again = await person.http.post(f"{url}/versions/2/publish")
    assert again.json()["version"] == view["version"]
    kinds = [event["kind"] for event in (await person.http.get(f"{url}/events")).json()["items"]]
    assert kinds == ["version_published", "strategy_created"]
    assert (await person.http.get(f"{url}/graph")).json()["number"] == 2


async def test_versions_are_listed_newest_first_and_paged(person: Person) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}/versions"
    for _ in range(4):
        await _save(person, created["id"], graph=trading_graph())
    first = (await person.http.get(f"{url}?limit=3")).json()
    second = (await person.http.get(f"{url}?limit=3&cursor={first['next_cursor']}")).json()
    assert [row["number"] for row in first["items"] + second["items"]] == [5, 4, 3, 2, 1]
    assert second["next_cursor"] is None
    assert [row["published"] for row in second["items"]] == [False, True]
    assert first["items"][0]["nodes"] == 3
    one = (await person.http.get(f"{url}/1")).json()
    assert (one["number"], one["published"], len(one["graph"]["nodes"])) == (1, True, 3)
    for missing in ("99", "0", "x"):
        assert (await person.http.get(f"{url}/{missing}")).status_code == 404


async def test_a_draft_may_be_unfinished_but_is_not_published(person: Person) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}"
    unfinished = watching_graph("a lot")
    draft = await _save(person, created["id"], graph=unfinished)
    assert [(p["node_id"], p["field"], p["severity"]) for p in draft["problems"]] == [
        ("stream", "volume_min", "error")
    ]
    refused = await person.http.post(f"{url}/versions/2/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_graph")
    assert refused.json()["errors"][0]["node_id"] == "stream"
    assert (await person.http.get(url)).json()["version"] == created["version"]
    garbage = await person.http.post(f"{url}/versions", json={"graph": {"nodes": "many"}})
    assert (garbage.status_code, garbage.json()["code"]) == (422, "invalid_graph")


async def test_a_draft_whose_settings_are_not_allowed_is_not_published(person: Person) -> None:
    created = await person.create()
    await _save(person, created["id"], interval_seconds=1)
    refused = await person.http.post(f"/api/strategies/{created['id']}/versions/2/publish")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "interval_seconds"


async def test_a_draft_can_be_based_on_any_version(person: Person) -> None:
    created = await person.create(interval_seconds=600)
    await _save(person, created["id"], graph=trading_graph("25"), interval_seconds=900)
    third = await _save(person, created["id"], based_on=2, error_after=2)
    assert third["graph"]["nodes"][2]["config"]["amount"] == "25"
    assert third["settings"]["interval_seconds"] == 900
    missing = await person.http.post(f"/api/strategies/{created['id']}/versions", json={"based_on": 9})
    assert missing.status_code == 404


async def test_an_old_version_is_restored_as_a_new_one(person: Person) -> None:
    created = await person.create(interval_seconds=600)
    url = f"/api/strategies/{created['id']}"
    await person.http.patch(url, json={"graph": trading_graph(), "interval_seconds": 900})
    draft = await person.http.post(f"{url}/versions/1/restore")
    assert draft.status_code == 201, draft.text
    assert (draft.json()["number"], draft.json()["published"]) == (3, False)
    assert (await person.http.get(url)).json()["version"]["number"] == 2
    live = (await person.http.post(f"{url}/versions/1/restore", json={"publish": True})).json()
    assert (live["number"], live["published"]) == (4, True)
    view = (await person.http.get(url)).json()
    assert (view["version"]["number"], view["interval_seconds"]) == (4, 600)
    same = (await person.http.get(f"{url}/versions/1/diff/4")).json()
    assert same["same"] is True
    message = (await person.http.get(f"{url}/events")).json()["items"][0]["message"]
    assert message == "Restored version 1 as version 4; it counts from the next execution"


async def test_two_versions_are_compared_by_node_edge_and_setting(person: Person) -> None:
    created = await person.create(interval_seconds=600)
    url = f"/api/strategies/{created['id']}"
    graph = trading_graph()
    graph["nodes"][1]["config"] = {"volume_min": "7"}
    graph["nodes"][0]["position"] = {"x": 1, "y": 2}
    await person.http.patch(url, json={"graph": graph, "interval_seconds": 900})
    diff = (await person.http.get(f"{url}/versions/1/diff/2")).json()
    assert diff["same"] is False
    assert [node["id"] for node in diff["nodes_added"]] == ["buy"]
    assert [node["id"] for node in diff["nodes_removed"]] == ["watch"]
    assert diff["nodes_changed"] == [
        {
            "node_id": "stream",
            "type": "stream_markets",
            "changes": [{"field": "config.volume_min", "before": "1000", "after": "7"}],
        }
    ]
    assert [(edge["source"], edge["target"]) for edge in diff["edges_added"]] == [("stream", "buy")]
    assert [(edge["source"], edge["target"]) for edge in diff["edges_removed"]] == [("stream", "watch")]
    assert diff["settings_changed"] == [{"field": "interval_seconds", "before": 600, "after": 900}]
    back = (await person.http.get(f"{url}/versions/2/diff/1")).json()
    assert [node["id"] for node in back["nodes_added"]] == ["watch"]


async def test_an_exported_strategy_is_imported_as_it_was(person: Person, stranger: Person) -> None:
    created = await person.create(
        "Mine", interval_seconds=600, error_after=2, settings={"watchlist": {"cap": 9}}
    )
    exported = await person.http.get(f"/api/strategies/{created['id']}/export")
    assert exported.headers["content-disposition"].startswith("attachment")
    file = exported.json()
    assert (file["schema_version"], file["name"]) == (1, "Mine")
    imported = await stranger.http.post("/api/strategies/import", json={**file, "allocation": "75"})
    assert imported.status_code == 201, imported.text
    view = imported.json()
    assert (view["name"], view["status"], view["settings"]) == ("Mine", "draft", created["settings"])
    assert view["allocation"]["allocated"] == "75"
    copied = (await stranger.http.get(f"/api/strategies/{view['id']}/export")).json()
    assert copied == file
    await person.http.patch(f"/api/strategies/{created['id']}", json={"graph": trading_graph()})
    old = (await person.http.get(f"/api/strategies/{created['id']}/export?version=1")).json()
    assert old == file


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"schema_version": 99}, "schema_version", "newer_schema"),
        ({"settings": {"schedule": {"time_zone": "Nowhere"}}}, "settings.schedule.time_zone", "value_error"),
        ({"settings": {"interval_seconds": 1}}, "interval_seconds", "too_short"),
        ({"schema_version": 0}, "schema_version", "greater_than_equal"),
    ],
)
async def test_a_file_that_cannot_be_imported_says_why(
    person: Person, changes: dict[str, Any], field: str, code: str
) -> None:
    file = {"schema_version": 1, "name": "F", "graph": watching_graph(), "settings": {}, **changes}
    answer = await person.http.post("/api/strategies/import", json=file)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert (problem["errors"][0]["field"], problem["errors"][0]["code"]) == (field, code)
    assert (await person.http.get("/api/strategies")).json()["items"] == []
    if code == "newer_schema":
        assert "Update Cascadian" in problem["detail"]


async def test_a_file_with_a_graph_that_cannot_run_is_refused(person: Person) -> None:
    file = {"schema_version": 1, "name": "F", "graph": watching_graph("a lot")}
    answer = await person.http.post("/api/strategies/import", json=file)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_graph")
