"""Capital over HTTP: what every strategy has, moving it, and the ledger behind it."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.api.conftest import Person


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


async def allocations(person: Person) -> dict[str, Any]:
    answer = await person.http.get("/api/allocations")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_new_account_has_its_starting_balance_and_strategies_take_their_part(person: Person) -> None:
    assert (await allocations(person))["account"] == {
        "mode": "paper",
        "cash": "10000",
        "allocated": "0",
        "capital": "10000",
    }
    created = await person.create("One", allocation="1234.5")
    found = await allocations(person)
    assert found["account"] == {
        "mode": "paper",
        "cash": "8765.5",
        "allocated": "1234.5",
        "capital": "10000",
    }
    (row,) = found["items"]
    assert (row["strategy_id"], row["name"], row["available"]) == (created["id"], "One", "1234.5")
    assert {row[name] for name in ("reserved", "deployed", "settling", "shortfall", "realised_pnl")} == {"0"}
    live = (await person.http.get("/api/allocations?mode=live")).json()
    assert live == {
        "account": {"mode": "live", "cash": "0", "allocated": "0", "capital": "0"},
        "items": [],
    }


async def test_a_strategy_cannot_begin_with_more_than_the_account_has(person: Person) -> None:
    await person.create("Big", allocation="9000")
    body = {"name": "Bigger", "graph": (await _graph(person)), "allocation": "1000.01"}
    answer = await person.http.post("/api/strategies", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_funds")
    assert "1000 USDC that is free" in answer.json()["detail"]
    assert len((await person.http.get("/api/strategies")).json()["items"]) == 1


async def _graph(person: Person) -> Any:
    strategies = (await person.http.get("/api/strategies")).json()["items"]
    return (await person.http.get(f"/api/strategies/{strategies[0]['id']}/graph")).json()["graph"]


async def test_capital_is_given_and_taken_back(person: Person) -> None:
    strategy = (await person.create(allocation="500"))["id"]
    url = f"/api/strategies/{strategy}/allocation"
    given = await person.http.post(url, json={"direction": "give", "amount": "200"}, headers=key())
    assert (given.status_code, given.json()["items"][0]["allocated"]) == (200, "700")
    back = await person.http.post(url, json={"direction": "take_back", "amount": "700"}, headers=key())
    assert back.json()["account"]["cash"] == "10000"
    more = await person.http.post(url, json={"direction": "take_back", "amount": "0.01"}, headers=key())
    assert (more.status_code, more.json()["code"]) == (409, "insufficient_funds")


async def test_two_hundred_dollars_move_from_one_strategy_to_another(person: Person) -> None:
    giver, taker = (await person.create("A"))["id"], (await person.create("B"))["id"]
    body = {"from_strategy_id": giver, "to_strategy_id": taker, "amount": "200"}
    headers = key()
    answers = await asyncio.gather(
        *(person.http.post("/api/allocations/rebalances", json=body, headers=headers) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {200}
    by_name = {row["name"]: row["allocated"] for row in (await allocations(person))["items"]}
    assert by_name == {"A": "300", "B": "700"}
    events = (await person.http.get(f"/api/strategies/{taker}/events")).json()["items"]
    assert "200 USDC moved here from another strategy" in [event["message"] for event in events]


async def test_what_moves_money_needs_an_idempotency_key(person: Person) -> None:
    strategy = (await person.create())["id"]
    for url, body in (
        (f"/api/strategies/{strategy}/allocation", {"direction": "give", "amount": "1"}),
        (
            "/api/allocations/rebalances",
            {"from_strategy_id": strategy, "to_strategy_id": str(uuid4()), "amount": "1"},
        ),
    ):
        answer = await person.http.post(url, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_required")


async def test_money_of_others_is_out_of_reach(person: Person, stranger: Person) -> None:
    mine, theirs = (await person.create())["id"], (await stranger.create())["id"]
    for giver, taker in ((mine, theirs), (theirs, mine)):
        body = {"from_strategy_id": giver, "to_strategy_id": taker, "amount": "1"}
        answer = await person.http.post("/api/allocations/rebalances", json=body, headers=key())
        assert answer.status_code == 404
    assert (await allocations(stranger))["items"][0]["allocated"] == "500"


async def test_amounts_that_are_none_are_refused(person: Person) -> None:
    strategy = (await person.create())["id"]
    for amount in ("0", "-5", "1.0000001", "NaN", 1.5):
        answer = await person.http.post(
            f"/api/strategies/{strategy}/allocation",
            json={"direction": "give", "amount": amount},
            headers=key(),
        )
        assert answer.status_code == 422, amount
    same = {"from_strategy_id": strategy, "to_strategy_id": strategy, "amount": "1"}
    answer = await person.http.post("/api/allocations/rebalances", json=same, headers=key())
    assert answer.status_code == 422


async def test_the_ledger_lists_every_move_newest_first(person: Person) -> None:
    strategy = (await person.create(allocation="100"))["id"]
    await person.http.post(
        f"/api/strategies/{strategy}/allocation",
        json={"direction": "take_back", "amount": "40"},
        headers=key(),
    )
    first = (await person.http.get("/api/ledger?limit=2")).json()
    assert [(move["kind"], move["amount"], move["from_account"]) for move in first["items"]] == [
        ("taken_back", "40", "available"),
        ("allocated", "100", "cash"),
    ]
    rest = (await person.http.get("/api/ledger", params={"cursor": first["next_cursor"]})).json()
    assert [(move["kind"], move["amount"]) for move in rest["items"]] == [("opening", "10000")]
    own = (await person.http.get(f"/api/strategies/{strategy}/ledger")).json()["items"]
    assert [move["to_strategy_id"] for move in own] == [None, strategy]


async def test_a_deleted_strategy_gives_its_capital_back(person: Person) -> None:
    strategy = (await person.create(allocation="4000"))["id"]
    assert (await person.http.delete(f"/api/strategies/{strategy}")).status_code == 204
    assert (await allocations(person))["account"]["cash"] == "10000"
    assert (await person.http.get("/api/ledger")).json()["items"][0]["reason"] == "the strategy was deleted"
