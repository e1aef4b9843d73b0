"""Edits that are refused, deleting, and ids that name nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, text, update

from db.models import StrategyWallet, StrategyWatchlist
from db.session import Database
from tests.api.conftest import Person, person_at, serving
from tests.api.records import add_execution, add_trade, set_strategy


async def test_an_edit_that_is_refused_changes_nothing(person: Person) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}"
    bodies: list[dict[str, Any]] = [
        {"graph": {}},
        {"interval_seconds": 1, "name": "No"},
        {"name": "x" * 81},
        {"status": "running"},
    ]
    for body in bodies:
        assert (await person.http.patch(url, json=body)).status_code == 422
    assert {**(await person.http.get(url)).json(), "uptime_seconds": 0} == {**created, "uptime_seconds": 0}


async def test_only_what_rests_can_be_deleted(person: Person, database: Database) -> None:
    created = await person.create()
    url = f"/api/strategies/{created['id']}"
    await add_execution(database, UUID(created["id"]), UUID(created["version"]["id"]), 1)
    await add_trade(database, UUID(created["id"]))
    for desired, status in (
        ("running", "running"),
        ("paused", "paused"),
        ("stopped", "running"),
        ("running", "error"),
    ):
        await set_strategy(database, created["id"], desired_state=desired, status=status)
        refused = await person.http.delete(url)
        assert refused.status_code == 409
        assert refused.json()["code"] == "strategy_running"
    await set_strategy(database, created["id"], desired_state="stopped", status="stopped")
    assert (await person.http.delete(url)).status_code == 204
    assert (await person.http.get(url)).status_code == 404
    assert (await person.http.delete(url)).status_code == 404


SLOW_ROWS = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN OLD; END $$;
CREATE TRIGGER slow BEFORE DELETE ON strategy_executions FOR EACH ROW EXECUTE FUNCTION slowly();
CREATE TRIGGER slow BEFORE DELETE ON strategy_watchlists FOR EACH ROW EXECUTE FUNCTION slowly();
"""
"""Fifty milliseconds a row: what a statement may take the time for is then known without millions of them."""


async def test_a_history_that_is_too_much_for_one_statement_is_deleted_in_pieces(
    own_database: Database, parts_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.strategies.delete_strategy.BATCH", 5)
    connection = await own_database.raw()
    url = connection.engine.url.render_as_string(hide_password=False).replace("+asyncpg", "")
    await connection.close()
    impatient = Database(url, pool_size=4, statement_timeout_ms=1_500)
    try:
        async with (
            serving(parts_with(database=impatient, database_url=url)) as address,
            person_at(address, own_database) as person,
        ):
            created, kept = await person.create(), await person.create()
            for strategy in (created, kept):
                for number in range(1, 42):
                    await add_execution(
                        own_database, UUID(strategy["id"]), UUID(strategy["version"]["id"]), number
                    )
                await _add_removed_entries(own_database, UUID(strategy["id"]), 41)
            async with own_database.write() as session:
                for statement in SLOW_ROWS.strip().split(";\n"):
                    await session.execute(text(statement))
            answer = await person.http.delete(f"/api/strategies/{created['id']}")
            assert answer.status_code == 204, answer.text
            assert (await person.http.get(f"/api/strategies/{created['id']}")).status_code == 404
            left = (await person.http.get(f"/api/strategies/{kept['id']}/executions")).json()["items"]
            assert len(left) == 41
    finally:
        await impatient.close()


async def _add_removed_entries(database: Database, strategy_id: UUID, count: int) -> None:
    now = datetime.now(UTC)
    entry = {"strategy_id": strategy_id, "added_at": now, "removed_at": now}
    rows = [{**entry, "id": uuid4(), "market_id": f"m{place}"} for place in range(count)]
    async with database.write() as session:
        await session.execute(insert(StrategyWatchlist), rows)


async def _deploy(database: Database, strategy_id: UUID, amount: int) -> None:
    """In the wallet alone, without a ledger entry."""
    async with database.write() as session:
        await session.execute(
            update(StrategyWallet)
            .where(StrategyWallet.strategy_id == strategy_id)
            .values(
                deployed_amount=StrategyWallet.deployed_amount + amount,
                available_amount=StrategyWallet.available_amount - amount,
            )
        )


async def test_what_holds_something_keeps_its_history(person: Person, database: Database) -> None:
    created = await person.create()
    strategy_id = UUID(created["id"])
    await add_execution(database, strategy_id, UUID(created["version"]["id"]), 1)
    await _deploy(database, strategy_id, 1)
    refused = await person.http.delete(f"/api/strategies/{strategy_id}")
    # Books that do not add up are what other tests look for in this database.
    await _deploy(database, strategy_id, -1)
    assert (refused.status_code, refused.json()["code"]) == (409, "positions_open")
    assert len((await person.http.get(f"/api/strategies/{strategy_id}/executions")).json()["items"]) == 1


@pytest.mark.parametrize("strategy_id", ["0289ee58-89b2-40b5-bf9c-232c57678c3b", "not-an-id", "0", "%00"])
async def test_an_unknown_id_is_not_found(person: Person, strategy_id: str) -> None:
    for url in ("", "/state", "/graph", "/executions", "/trades", "/orders", "/events", "/watchlist"):
        answer = await person.http.get(f"/api/strategies/{strategy_id}{url}")
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
