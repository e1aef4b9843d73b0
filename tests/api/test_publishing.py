"""What may be published: every way to order that can be drawn."""

from tests.api.conftest import Person
from tests.api.graphs import trading_graph


async def test_a_limit_order_with_attached_exits_is_published(person: Person) -> None:
    graph = trading_graph()
    limit = {
        "amount": "10",
        "order_type": "limit",
        "limit_price": "0.4",
        "stop_loss": "0.2",
        "stop_hold_seconds": 30,
    }
    graph["nodes"][2] |= {"type_version": 2, "config": limit}
    answer = await person.http.post("/api/strategies", json={"name": "Patient", "graph": graph})
    assert answer.status_code == 201, answer.text


async def test_settings_that_contradict_themselves_are_refused_by_name(person: Person) -> None:
    graph = trading_graph()
    graph["nodes"][2] |= {"type_version": 2, "config": {"amount": "10", "order_type": "limit"}}
    answer = await person.http.post("/api/strategies", json={"name": "Later", "graph": graph})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["node_id"], error["code"]) == ("buy", "bad_config")
