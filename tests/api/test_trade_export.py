"""Trades as files: complete, exact, in stable columns, and harmless in a spreadsheet."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from api.trades import export_trades
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import add_trade, set_strategy

COLUMNS = (
    "trade_id,strategy_id,strategy_name,mode,source,execution_number,node_id,entry_order_id,market_id,token_id,"
    "question,outcome,order_type,status,amount,shares,entry_price,cost,fee,exit_price,pnl,created_at,filled_at,closed_at"
)


async def rows_of(person: Person, path: str) -> list[dict[str, str]]:
    answer = await person.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def a_strategy(person: Person, name: str = "Exporter") -> UUID:
    return UUID((await person.create(name))["id"])


async def test_a_csv_has_every_trade_oldest_first_in_columns_that_stay(
    person: Person, database: Database
) -> None:
    strategy = await a_strategy(person)
    made = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    for hour in (2, 0, 1):
        await add_trade(
            database, strategy, pnl=f"-{hour}.25", cost="12.500000", created_at=made + timedelta(hours=hour)
        )
    answer = await person.http.get(f"/api/strategies/{strategy}/trades/export")
    assert answer.text.splitlines()[0] == COLUMNS
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="trades-{strategy}-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["created_at"] for row in rows] == [f"2026-11-20T{hour:02}:30:00Z" for hour in (8, 9, 10)]
    assert [row["pnl"] for row in rows] == ["-0.25", "-1.25", "-2.25"]
    assert {(row["cost"], row["entry_price"], row["strategy_name"]) for row in rows} == {
        ("12.5", "0.5", "Exporter")
    }


async def test_json_says_the_same_as_csv(person: Person, database: Database) -> None:
    strategy = await a_strategy(person)
    path = f"/api/strategies/{strategy}/trades/export"
    empty = await person.http.get(f"{path}?format=json")
    assert (empty.json(), empty.headers["content-type"]) == ([], "application/json")
    for _ in range(3):
        await add_trade(database, strategy, question='Wird es regnen – „ja“?\nOder, "nein"?')
    found: list[dict[str, Any]] = (await person.http.get(f"{path}?format=json")).json()
    written = await rows_of(person, path)
    as_text = [{name: "" if value is None else str(value) for name, value in row.items()} for row in found]
    assert as_text == written
    assert list(found[0]) == COLUMNS.split(",")
    assert Decimal(found[0]["shares"]) == 20


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "\r"])
async def test_text_that_begins_like_a_formula_is_quoted(
    person: Person, database: Database, start: str
) -> None:
    strategy = await a_strategy(person, name="=HYPERLINK(1)")
    await add_trade(database, strategy, pnl="-3", question=f'{start}cmd|"/C calc"!A1')
    (row,) = await rows_of(person, f"/api/strategies/{strategy}/trades/export")
    assert row["question"].startswith("'")
    assert (row["strategy_name"], row["pnl"]) == ("'=HYPERLINK(1)", "-3")


async def test_all_strategies_of_a_person_and_nobody_elses_are_in_one_file(
    person: Person, stranger: Person, database: Database
) -> None:
    mine = [await a_strategy(person, name) for name in ("One", "Other")]
    await add_trade(database, await a_strategy(stranger, "Theirs"))
    for strategy in (mine[1], mine[0], mine[1]):
        await add_trade(database, strategy)
    rows = await rows_of(person, "/api/trades/export?format=csv")
    assert [row["strategy_name"] for row in rows] == ["One", "Other", "Other"]


async def test_more_than_one_page_is_written_without_a_gap(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_trades, "PAGE", 2)
    strategy = await a_strategy(person)
    made = datetime(2026, 11, 20, tzinfo=UTC)
    ids = [str((await add_trade(database, strategy, created_at=made))[1]) for _ in range(5)]
    rows = await rows_of(person, f"/api/strategies/{strategy}/trades/export")
    assert sorted(row["trade_id"] for row in rows) == sorted(ids)


async def test_a_span_is_cut_out_and_too_many_rows_are_refused_before_they_begin(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = await a_strategy(person)
    made = datetime(2026, 11, 20, tzinfo=UTC)
    for day in range(4):
        await add_trade(database, strategy, created_at=made + timedelta(days=day))
    path = f"/api/strategies/{strategy}/trades/export"
    span = "from=2026-11-21T00:00:00Z&to=2026-11-23T00:00:00Z"
    assert len(await rows_of(person, f"{path}?{span}")) == 2
    monkeypatch.setattr(export_trades, "ROWS_MAX", 3)
    refused = await person.http.get(path)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "from")
    assert (await person.http.get(f"{path}?{span}")).status_code == 200
    assert (await person.http.get(f"{path}?format=xlsx")).status_code == 422
    assert (await person.http.get(f"{path}?from=2026-11-21T00:00:00")).status_code == 422


async def test_an_entry_that_got_nothing_is_cancelled_and_not_a_lost_trade(
    person: Person, database: Database
) -> None:
    strategy = await a_strategy(person)
    await add_trade(database, strategy, pnl="5")
    await add_trade(database, strategy, status="cancelled", closed_at=datetime.now(UTC))
    await set_strategy(database, strategy, status="stopped")
    view = (await person.http.get(f"/api/strategies/{strategy}")).json()
    assert (view["closed_trades"], view["win_rate"]) == (1, 1.0)
    rows = await rows_of(person, f"/api/strategies/{strategy}/trades/export")
    assert sorted(row["status"] for row in rows) == ["cancelled", "settled"]
