"""Withdrawals over HTTP: begun once, seen by their owner, cancelled, and what they forbid meanwhile."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from db.repositories.withdrawals import advance, running_of
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import set_strategy
from tests.api.test_stop_choices import asked, holding, stop
from tests.desk import now


async def withdraw(person: Person, strategy: UUID | str, key: str | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": key or uuid4().hex}
    return await person.http.post(f"/api/strategies/{strategy}/withdrawals", json=body, headers=headers)


async def look(database: Database, withdrawal: str) -> None:
    async with database.write() as session:
        await advance(session, UUID(withdrawal), now())


async def cash(person: Person) -> Decimal:
    return Decimal((await person.http.get("/api/allocations")).json()["account"]["cash"])


async def test_a_draft_is_withdrawn_whole_and_can_be_started_again(
    person: Person, database: Database
) -> None:
    strategy = (await person.create(allocation="300"))["id"]
    before = await cash(person)
    begun = await withdraw(person, strategy, "one")
    assert begun.status_code == 202, begun.text
    assert (begun.json()["status"], begun.json()["returned_amount"]) == ("running", "0")
    refused = await person.http.post(f"/api/strategies/{strategy}/start")
    assert (refused.status_code, refused.json()["code"]) == (409, "withdrawing")
    await look(database, begun.json()["id"])
    done = (await person.http.get(f"/api/withdrawals/{begun.json()['id']}")).json()
    assert (done["status"], done["returned_amount"], done["reasons"]) == ("complete", "300", [])
    assert done["finished_at"] is not None
    assert await cash(person) == before + 300
    assert (await withdraw(person, strategy, "one")).json()["id"] == done["id"]
    assert (await person.http.post(f"/api/strategies/{strategy}/start")).status_code == 202


async def test_a_second_withdrawal_another_stop_and_a_delete_wait_for_the_first(
    person: Person, database: Database
) -> None:
    strategy, _ = await holding(person, database)
    assert (await withdraw(person, strategy)).status_code == 202
    await set_strategy(database, strategy, status="stopped")
    for answer in (
        await withdraw(person, strategy),
        await stop(person, strategy, "keep"),
        await person.http.delete(f"/api/strategies/{strategy}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "withdrawing")


async def test_what_is_free_goes_back_at_each_look_and_a_cancelled_one_says_what_is_left(
    person: Person, database: Database
) -> None:
    strategy, desk = await holding(person, database)
    begun = (await withdraw(person, strategy)).json()
    view = (await person.http.get(f"/api/strategies/{strategy}")).json()
    assert (view["desired_state"], view["stop_choice"]) == ("stopped", "flatten")
    free = (await desk.wallet(strategy)).available_amount
    await look(database, begun["id"])
    await look(database, begun["id"])
    running = (await person.http.get(f"/api/withdrawals/{begun['id']}")).json()
    assert (running["status"], Decimal(running["returned_amount"])) == ("running", free)
    progress = running["progress"]
    assert (progress["orders_open"], progress["positions_open"]) == (1, 1)
    assert any("shares of Yes in “Will m1 happen?”" in reason for reason in running["reasons"])
    assert Decimal(progress["shares_open"]) == (await desk.position(strategy)).shares
    cancelled = await person.http.post(f"/api/withdrawals/{begun['id']}/cancel")
    assert cancelled.status_code == 200, cancelled.text
    over = cancelled.json()
    assert over["status"] == "partly_complete"
    assert over["reasons"][0] == "it was cancelled"
    assert any("shares of Yes in “Will m1 happen?”" in reason for reason in over["reasons"])
    assert await asked(desk, strategy) == []
    assert (await person.http.post(f"/api/withdrawals/{begun['id']}/cancel")).json() == over
    assert (await person.http.get(f"/api/strategies/{strategy}")).json()["stop_choice"] == "cancel"


async def test_withdrawals_are_listed_newest_first_and_only_for_their_owner(
    person: Person, stranger: Person, database: Database
) -> None:
    ids: list[str] = []
    for _ in range(3):
        strategy = (await person.create())["id"]
        ids.insert(0, (await withdraw(person, strategy)).json()["id"])
    first = (await person.http.get("/api/withdrawals", params={"limit": 2})).json()
    assert [item["id"] for item in first["items"]] == ids[:2]
    rest = (await person.http.get("/api/withdrawals", params={"cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in rest["items"]] == ids[2:]
    own = (await person.http.get("/api/withdrawals", params={"strategy_id": strategy})).json()
    assert [item["id"] for item in own["items"]] == ids[:1]
    assert (await stranger.http.get("/api/withdrawals")).json()["items"] == []
    for answer in (
        await stranger.http.get(f"/api/withdrawals/{ids[0]}"),
        await stranger.http.post(f"/api/withdrawals/{ids[0]}/cancel"),
        await withdraw(stranger, strategy),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    async with database.read() as session:
        assert await running_of(session, UUID(strategy)) is not None


async def test_a_withdrawal_needs_a_key_and_a_sensible_time(person: Person) -> None:
    strategy = (await person.create())["id"]
    bare = await person.http.post(f"/api/strategies/{strategy}/withdrawals")
    assert (bare.status_code, bare.json()["code"]) == (422, "idempotency_key_required")
    for hours in (0, 8761, "soon"):
        assert (await withdraw(person, strategy, give_up_after_hours=hours)).status_code == 422
    begun = (await withdraw(person, strategy, give_up_after_hours=1)).json()
    assert begun["give_up_at"] > begun["requested_at"]


async def test_withdrawals_of_a_strategy_are_listed_for_its_owner_only(
    person: Person, stranger: Person, database: Database
) -> None:
    strategy, _ = await holding(person, database)
    begun = (await withdraw(person, strategy)).json()
    path = f"/api/withdrawals?strategy_id={strategy}"
    assert [each["id"] for each in (await person.http.get(path)).json()["items"]] == [begun["id"]]
    assert (await stranger.http.get(path)).status_code == 404
    assert (await stranger.http.get("/api/withdrawals")).json()["items"] == []
