"""Words become a draft over HTTP, without a model: nothing is stored, and the draft can be created and published."""

from typing import Any

import httpx
from sqlalchemy import func, select

from db.models import Strategy, StrategyEvent, StrategyVersion
from db.session import Database
from tests.api.conftest import Person
from tests.api.graphs import watching_graph

FLOW_1 = (
    "Build a bot that monitors Politics markets with volume > $100k",
    "Add them to a watchlist",
    "Check watchlist every 5 minutes for momentum > 5%",
    "If momentum is strong, buy Yes for $100",
)


async def write(http: httpx.AsyncClient, text: str, **body: Any) -> dict[str, Any]:
    answer = await http.post("/api/copilot/drafts", json={"text": text, **body})
    assert answer.status_code == 200, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


async def _rows(database: Database) -> list[int | None]:
    async with database.read() as session:
        tables = (Strategy, StrategyVersion, StrategyEvent)
        return [await session.scalar(select(func.count()).select_from(table)) for table in tables]


async def test_the_sentences_of_flow_1_become_a_strategy_that_publishes_without_problems(
    person: Person, database: Database
) -> None:
    before = await _rows(database)
    draft = await write(person.http, "\n".join(FLOW_1))
    assert await _rows(database) == before, "nothing is stored"
    assert (draft["made_by"], draft["problems"], draft["not_understood"]) == ("parser", [], [])
    assert [part["text"] for part in draft["understood"]] == list(FLOW_1)
    assert draft["name"] == "Politics Momentum Bot"
    assert draft["settings"]["interval_seconds"] == 300
    assert [node["id"] for node in draft["diff"]["nodes_added"]] == [n["id"] for n in draft["graph"]["nodes"]]
    created = await person.create(
        name=draft["name"], graph=draft["graph"], interval_seconds=draft["settings"]["interval_seconds"]
    )
    version = await person.http.get(f"/api/strategies/{created['id']}/versions/1")
    assert (version.json()["published"], version.json()["problems"]) == (True, [])


async def test_sentences_said_one_after_the_other_draw_the_same(person: Person) -> None:
    at_once = await write(person.http, " ".join(FLOW_1))
    graph, interval = None, None
    for sentence in FLOW_1:
        given: dict[str, Any] = {} if graph is None else {"graph": graph, "interval_seconds": interval}
        draft = await write(person.http, sentence, **given)
        assert draft["not_understood"] == []
        graph, interval = draft["graph"], draft["settings"]["interval_seconds"]
    assert graph == at_once["graph"]
    assert interval == 300


async def test_words_change_the_published_version_and_saving_is_another_request(person: Person) -> None:
    created = await person.create()
    draft = await write(
        person.http, "Raise the volume to $200k and run every 10 minutes.", strategy_id=created["id"]
    )
    (changed,) = draft["diff"]["nodes_changed"]
    assert (changed["node_id"], changed["changes"]) == (
        "stream",
        [{"field": "config.volume_min", "before": "1000", "after": "200000"}],
    )
    assert draft["diff"]["settings_changed"] == [{"field": "interval_seconds", "before": 300, "after": 600}]
    assert (draft["diff"]["before"], draft["diff"]["after"]) == (1, 0)
    versions = (await person.http.get(f"/api/strategies/{created['id']}/versions")).json()["items"]
    assert len(versions) == 1, "a draft is not saved by itself"
    body = {"graph": draft["graph"], "interval_seconds": draft["settings"]["interval_seconds"]}
    saved = await person.http.post(f"/api/strategies/{created['id']}/versions", json=body)
    assert (saved.status_code, saved.json()["number"], saved.json()["problems"]) == (201, 2, [])


async def test_what_is_not_understood_is_named_with_its_place_and_changes_nothing(person: Person) -> None:
    text = "Monitor Crypto markets. Please juggle the oranges. Buy Yes for $10 at most twice a day"
    draft = await write(person.http, text)
    places = [(part["offset"], part["text"]) for part in draft["not_understood"]]
    assert places == [
        (text.index("Please"), "Please juggle the oranges"),
        (text.index("Buy"), "Buy Yes for $10 at most twice a day"),
    ]
    assert all(part["why"] for part in draft["not_understood"])
    assert "execute_trade" not in [node["type"] for node in draft["graph"]["nodes"]]


async def test_words_that_draw_nothing_give_no_graph(person: Person) -> None:
    draft = await write(person.http, "Good morning, how are you?")
    assert (draft["graph"], draft["diff"]["same"], draft["understood"]) == (None, True, [])
    assert draft["explanation"]


async def test_a_limit_order_with_a_stop_is_drawn_whole_and_without_a_problem(person: Person) -> None:
    draft = await write(
        person.http, "Monitor Crypto markets. Buy Yes for $10 with a limit order at 45 cents, stop loss 10%"
    )
    buy = next(node for node in draft["graph"]["nodes"] if node["type"] == "execute_trade")
    assert buy["config"] == {
        "outcome": "Yes", "amount": "10", "order_type": "limit", "limit_price": "0.45", "stop_loss": "0.1"
    }  # fmt: skip
    assert [problem for problem in draft["problems"] if problem["node_id"] == buy["id"]] == []


async def test_an_interval_below_the_operators_least_one_is_lengthened_and_said(person: Person) -> None:
    draft = await write(person.http, "Check the watchlist every 10 seconds")
    assert draft["settings"]["interval_seconds"] == 30
    assert any("30 seconds" in sentence for sentence in draft["assumptions"])


async def test_without_a_model_the_copilot_says_so(person: Person) -> None:
    answer = (await person.http.get("/api/copilot")).json()
    assert answer == {"configured": False, "provider": None, "model": None, "text_max": 4000}
    refused = await person.http.post("/api/copilot/drafts", json={"text": "Wait a day", "by": "model"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_nobody_drafts_from_the_strategy_of_somebody_else(person: Person, stranger: Person) -> None:
    theirs = await stranger.create()
    body = {"text": "Add them to a watchlist", "strategy_id": theirs["id"]}
    answer = await person.http.post("/api/copilot/drafts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_request_without_sense_is_refused_by_name(person: Person) -> None:
    for body in (
        {"text": ""},
        {"text": "x" * 4001},
        {"text": "Wait a day", "graph": {"nodes": 3}},
        {"text": "Wait a day", "by": "magic"},
        {"text": "Wait a day", "publish": True},
    ):
        answer = await person.http.post("/api/copilot/drafts", json=body)
        assert answer.status_code == 422, body


async def test_an_unfinished_graph_may_be_changed(person: Person) -> None:
    graph = watching_graph("a lot")
    draft = await write(person.http, "Notify me", graph=graph)
    assert draft["diff"]["nodes_added"][0]["type"] == "notify"
    assert [problem["node_id"] for problem in draft["problems"]] == ["stream"]
