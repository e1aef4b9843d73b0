"""Execution log, watchlist, trades, orders and timeline."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from db.models import StrategyContinuation, StrategyWatchlist
from db.repositories.events import add_event
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import add_execution, add_trade

NODE: dict[str, Any] = {
    "node_id": "watch",
    "type": "add_to_watchlist",
    "type_version": 1,
    "title": "Add to Watchlist",
    "rule": "add",
    "items_in": 2,
    "items_out": {"out": 1},
    "items_pending": 1,
    "duration_ms": 1.5,
    "verdicts": [
        {"market_id": "m1", "question": "Rain?", "port": "out", "sentence": "added", "pending": False}
    ],
}


async def _pages(person: Person, url: str, limit: int) -> list[Any]:
    items: list[Any] = []
    cursor: str | None = None
    while True:
        params: dict[str, Any] = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = await person.http.get(url, params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


async def test_executions_are_paged_newest_first_and_new_ones_shift_nothing(
    person: Person, database: Database
) -> None:
    created = await person.create()
    strategy_id, version_id = UUID(created["id"]), UUID(created["version"]["id"])
    for number in range(1, 8):
        await add_execution(database, strategy_id, version_id, number)
    url = f"/api/strategies/{strategy_id}/executions"
    assert [item["number"] for item in await _pages(person, url, 3)] == [7, 6, 5, 4, 3, 2, 1]
    first = (await person.http.get(url, params={"limit": 3})).json()
    await add_execution(database, strategy_id, version_id, 8)
    second = (await person.http.get(url, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert [item["number"] for item in second["items"]] == [4, 3, 2]


async def _leave_waiting(database: Database, strategy_id: UUID, version_id: UUID, due_at: datetime) -> None:
    """Two markets wait behind a node, for step 2 of execution 1."""
    async with database.write() as session:
        await session.execute(
            insert(StrategyContinuation).values(
                id=uuid4(),
                strategy_id=strategy_id,
                run_seq=1,
                number=1,
                step=2,
                node_id="watch",
                port="out",
                items=[{"market_id": "m1"}, {"market_id": "m2"}],
                version_id=version_id,
                due_at=due_at,
            )
        )


async def test_an_execution_is_told_with_its_steps_nodes_and_what_waits(
    person: Person, database: Database
) -> None:
    created = await person.create()
    strategy_id, version_id = UUID(created["id"]), UUID(created["version"]["id"])
    order_id = uuid4()
    began = datetime.now(UTC)
    await add_execution(
        database,
        strategy_id,
        version_id,
        1,
        nodes=[NODE],
        watchlist_added=1,
        order_ids=[str(order_id)],
        started_at=began,
        finished_at=began + timedelta(milliseconds=250),
        missed_before=2,
    )
    failed = {"step": 1, "trigger": "continuation", "status": "failed", "error_message": "broke"}
    broken = {**NODE, "error": "broke", "verdicts": []}
    await add_execution(database, strategy_id, version_id, 1, nodes=[broken], watchlist_removed=2, **failed)
    await _leave_waiting(database, strategy_id, version_id, began)
    url = f"/api/strategies/{strategy_id}/executions"
    (row,) = (await person.http.get(url)).json()["items"]
    assert (row["steps"], row["orders"], row["watchlist_added"], row["watchlist_removed"]) == (2, 1, 1, 2)
    assert (row["duration_ms"], row["missed_before"], row["status"]) == (250, 2, "succeeded")
    detail = (await person.http.get(f"{url}/1")).json()
    assert {key: detail[key] for key in row} == row
    assert detail["version"] == {"id": str(version_id), "number": 1}
    first, second = detail["steps_detail"]
    assert first["order_ids"] == [str(order_id)]
    node = first["nodes"][0]
    assert (node["items_in"], node["items_out"], node["rule"], node["duration_ms"]) == (
        2,
        {"out": 1},
        "add",
        1.5,
    )
    assert node["verdicts"][0]["sentence"] == "added"
    assert first["waiting"] == []
    assert second["nodes"][0]["error"] == "broke"
    assert (second["status"], second["error_message"]) == ("failed", "broke")
    assert [(w["node_id"], w["port"], w["items"]) for w in second["waiting"]] == [("watch", "out", 2)]
    assert (await person.http.get(f"{url}/2")).status_code == 404


async def test_a_node_that_judged_more_markets_than_are_kept_says_so(
    person: Person, database: Database
) -> None:
    created = await person.create()
    strategy_id, version_id = UUID(created["id"]), UUID(created["version"]["id"])
    verdicts = [{**NODE["verdicts"][0], "market_id": f"m{number}"} for number in range(20)]
    judged = [
        {**NODE, "items_in": 20, "items_out": {"out": 20}, "items_pending": 0, "verdicts": verdicts},
        {**NODE, "items_in": 21, "items_out": {"out": 3}, "verdicts": verdicts},
        {**NODE, "items_in": 0, "items_out": {"out": 21}, "verdicts": verdicts},
    ]
    await add_execution(database, strategy_id, version_id, 1, nodes=judged)
    detail = (await person.http.get(f"/api/strategies/{strategy_id}/executions/1")).json()
    nodes = detail["steps_detail"][0]["nodes"]
    assert [node["verdicts_truncated"] for node in nodes] == [False, True, True]


async def _add_entry(database: Database, strategy_id: str, market_id: str, **columns: Any) -> UUID:
    entry_id = uuid4()
    async with database.write() as session:
        await session.execute(
            insert(StrategyWatchlist.__table__).values(  # type: ignore[arg-type]
                id=entry_id,
                strategy_id=UUID(strategy_id),
                market_id=market_id,
                question=f"Will {market_id}?",
                added_at=datetime.now(UTC),
                reason="busy",
                metadata={"price": "0.42", "number": 1},
                **columns,
            )
        )
    return entry_id


async def test_an_entry_is_removed_by_hand_and_kept_in_the_history(
    person: Person, database: Database
) -> None:
    strategy_id = (await person.create())["id"]
    entry_id = await _add_entry(database, strategy_id, "m1")
    await _add_entry(database, strategy_id, "m2")
    url = f"/api/strategies/{strategy_id}/watchlist"
    items = (await person.http.get(url)).json()["items"]
    assert {item["market_id"] for item in items} == {"m1", "m2"}
    assert items[0]["metadata"]["price"] == "0.42"
    assert (await person.http.delete(f"{url}/{entry_id}")).status_code == 204
    assert [item["market_id"] for item in (await person.http.get(url)).json()["items"]] == ["m2"]
    assert (await person.http.delete(f"{url}/{entry_id}")).status_code == 404
    history = (await person.http.get(url, params={"history": True})).json()["items"]
    removed = next(item for item in history if item["id"] == str(entry_id))
    assert removed["removed_at"] is not None
    assert removed["removed_reason"]
    assert (await person.http.get(f"/api/strategies/{strategy_id}")).json()["watchlist_size"] == 1
    events = (await person.http.get(f"/api/strategies/{strategy_id}/events")).json()["items"]
    assert events[0]["kind"] == "watchlist_removed"


async def test_the_watchlist_is_paged_newest_first(person: Person, database: Database) -> None:
    strategy_id = (await person.create())["id"]
    for number in range(5):
        await _add_entry(database, strategy_id, f"m{number}")
    url = f"/api/strategies/{strategy_id}/watchlist"
    whole = (await person.http.get(url)).json()
    assert whole["next_cursor"] is None
    assert len(whole["items"]) == 5
    assert [item["added_at"] for item in whole["items"]] == sorted(
        (item["added_at"] for item in whole["items"]), reverse=True
    )
    paged: list[Any] = []
    cursor = ""
    while cursor is not None:
        page = (await person.http.get(f"{url}?limit=2&cursor={cursor}")).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if len(paged) == 2:
            # What is added meanwhile neither shifts nor repeats a page.
            await _add_entry(database, strategy_id, "late")
    assert paged == whole["items"]
    assert (await person.http.get(url, params={"cursor": "abc"})).status_code == 422


async def test_an_entry_of_another_strategy_is_not_found(person: Person, database: Database) -> None:
    mine = (await person.create())["id"]
    other = (await person.create("Other"))["id"]
    entry_id = await _add_entry(database, other, "m1")
    assert (await person.http.delete(f"/api/strategies/{mine}/watchlist/{entry_id}")).status_code == 404


async def test_trades_and_orders_are_paged_newest_first_with_decimal_texts(
    person: Person, database: Database
) -> None:
    strategy_id = UUID((await person.create())["id"])
    now = datetime.now(UTC)
    made = [
        await add_trade(database, strategy_id, cost="10.50", created_at=now + timedelta(seconds=n // 2))
        for n in range(5)
    ]
    trades = await _pages(person, f"/api/strategies/{strategy_id}/trades", 2)
    assert {trade["id"] for trade in trades} == {str(trade) for _, trade in made}
    assert [trade["created_at"] for trade in trades] == sorted(
        (t["created_at"] for t in trades), reverse=True
    )
    assert (trades[0]["amount"], trades[0]["entry_price"], trades[0]["shares"]) == ("10.5", "0.5", "20")
    assert trades[0]["source"] == "sandbox"
    assert trades[0]["order"]["status"] == "filled"
    orders = await _pages(person, f"/api/strategies/{strategy_id}/orders", 2)
    assert {order["id"] for order in orders} == {str(order) for order, _ in made}
    assert orders[0]["average_price"] == "0.5"


async def test_the_timeline_has_no_quiet_events(person: Person, database: Database) -> None:
    strategy_id = (await person.create())["id"]
    async with database.write() as session:
        for number in range(5):
            await add_event(
                session,
                user_id=person.id,
                strategy_id=UUID(strategy_id),
                kind="execution_finished",
                message=f"{number}",
                timeline=number % 2 == 0,
            )
    items = await _pages(person, f"/api/strategies/{strategy_id}/events", 2)
    assert [item["message"] for item in items[:3]] == ["4", "2", "0"]
    assert items[3]["kind"] == "strategy_created"


@pytest.mark.parametrize("list_name", ["executions", "trades", "orders", "events"])
@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwieSJd", "WyJ4Il0", "é"])
async def test_bad_cursors_are_refused(person: Person, list_name: str, cursor: str) -> None:
    strategy_id = (await person.create())["id"]
    answer = await person.http.get(f"/api/strategies/{strategy_id}/{list_name}", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"
