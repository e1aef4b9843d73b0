"""What may be drawn but not run yet."""

from tests.api.conftest import Person
from tests.api.graphs import trading_graph


async def test_what_only_the_order_engine_can_do_is_refused_by_name(person: Person) -> None:
    graph = trading_graph()
    limit = {"amount": "10", "order_type": "limit", "limit_price": "0.4"}
    graph["nodes"][2] |= {"type_version": 2, "config": limit}
    answer = await person.http.post("/api/strategies", json={"name": "Later", "graph": graph})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["node_id"], error["code"]) == ("buy", "needs_order_engine")
    assert "a limit order" in error["message"]
