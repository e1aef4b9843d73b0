"""Positions over HTTP: what is held and watched, selling it, its exits, and taking back what was asked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from api.parts import ApiParts
from api.positions.close_positions import Closing, close_positions
from api.positions.schemas import ClosePositions, ExitRuleView
from db.models import ExitRequest
from db.repositories import exit_requests, position_exits
from db.repositories.accounts import Owner
from db.session import Database
from domain.graph.nodes.attached_exits import exit_rules
from domain.graph.nodes.execute_trade_2 import ExecuteTradeConfig2
from domain.portfolio.exit_rule import ExitRule
from tests.api.conftest import Person, dead_gateway, person_at, serving
from tests.api.trader import ThinMarkets, Trader
from tests.desk import Desk, now
from tests.eventually import eventually
from tests.fixed_markets import a_market

STOP = {"rule": "stop_loss", "kind": "stop_loss", "ratio": "0.1"}


@pytest_asyncio.fixture
async def trader(parts: ApiParts, database: Database) -> AsyncIterator[Trader]:
    desk, markets = Desk(database), ThinMarkets(a_market("m1"), a_market("m2", price="0.60"))
    desk.markets = markets
    own = replace(parts, market_data=markets)  # type: ignore[arg-type]
    async with serving(own) as address, person_at(address, database) as person:
        desk.user, desk.owner = person.id, Owner(person.id, "paper")
        yield Trader(person, desk, markets)


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


async def holding(trader: Trader, market: str = "m1") -> tuple[UUID, UUID]:
    """(strategy, its position)."""
    strategy = await trader.strategy()
    await trader.desk.bought(strategy, "40", market)
    return strategy, (await trader.desk.position(strategy)).id


async def post(person: Person, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    return await person.http.post(f"/api/positions{path}", json=body or {}, headers=headers or key())


async def test_open_positions_are_marked_and_pages_go_on_where_they_ended(trader: Trader) -> None:
    first, _ = await holding(trader)
    second, _ = await holding(trader, "m2")
    page = await trader.get("/api/positions?limit=1")
    rest = await trader.get(f"/api/positions?limit=1&cursor={page['next_cursor']}")
    assert [page["items"][0]["strategy_id"], rest["items"][0]["strategy_id"]] == [str(second), str(first)]
    assert rest["next_cursor"] is None
    (one,) = (await trader.get(f"/api/positions?strategy_id={first}"))["items"]
    assert {**one, "mark": None} == {**rest["items"][0], "mark": None}
    assert (one["outcome"], one["average_price"], one["strategy_name"]) == ("Yes", "0.405", "Trader")
    assert (one["mark"]["basis"], one["mark"]["price"]) == ("bid", "0.395")
    assert Decimal(one["mark"]["unrealised"]) == Decimal(one["mark"]["value"]) - Decimal(one["cost"])
    assert (one["exits"], one["open_requests"], one["closed_at"]) == ([], [], None)
    assert (await trader.get("/api/positions?status=closed"))["items"] == []


async def test_rules_of_a_graph_are_shown_and_set_again_as_exact_as_they_are(trader: Trader) -> None:
    _, position = await holding(trader)
    node = ExecuteTradeConfig2.model_validate(
        {
            "amount": "40",
            "stop_loss": "0.12345678901",
            "take_profit": "1000",
            "stop_price_floor": "0.123456789012",
        }
    )
    async with trader.desk.database.write() as session:
        row = await position_exits.lock_for_exit(session, position)
        assert row is not None
        await position_exits.attach_exits(session, row, exit_rules(node), "order:test", now())
    (shown,) = (await trader.get("/api/positions"))["items"]
    found = {rule["rule"]: rule for rule in shown["exits"]}
    assert found["stop_loss"]["ratio"] == "0.12345678901"
    assert found["stop_loss"]["price_floor"] == "0.123456789012"
    same = [{name: rule[name] for name in ExitRuleView.model_fields} for rule in shown["exits"]]
    answer = await trader.person.http.put(f"/api/positions/{position}/exits", json={"exits": same})
    assert answer.status_code == 200, answer.text


async def test_everything_is_asked_to_close_before_an_engine_that_does_not_answer_is_told(
    trader: Trader, database: Database
) -> None:
    for market in ("m1", "m2"):
        await holding(trader, market)
    async with _silent_server() as engine:
        gateway = dead_gateway()
        gateway._address = engine
        closing = Closing(trader.person.id, uuid4().hex, now(), _first_time)
        task = asyncio.create_task(close_positions(database, gateway, ClosePositions(), closing))

        async def all_asked() -> bool:
            held = (await trader.get("/api/positions"))["items"]
            return [len(each["open_requests"]) for each in held] == [1, 1]

        await eventually(all_asked, within=3)
        task.cancel()
        await asyncio.wait((task,))


async def _first_time(session: object) -> bool:
    return True


@asynccontextmanager
async def _silent_server() -> AsyncIterator[str]:
    """Takes every connection and says nothing."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_without_the_venue_positions_are_shown_unmarked(trader: Trader) -> None:
    _, position = await holding(trader)
    trader.markets.unavailable = "away"
    found = await trader.get(f"/api/positions/{position}")
    assert found["mark"] == {
        "basis": "unread",
        "price": None,
        "value": None,
        "unrealised": None,
        "observed_at": None,
    }
    (lot,) = found["lots"]
    assert (lot["shares"], lot["shares_left"], lot["entry_price"]) == (found["shares"],) * 2 + ("0.405",)


async def test_a_close_is_a_request_to_the_guard_and_its_repetitions_are_the_same_one(trader: Trader) -> None:
    _, position = await holding(trader)
    body = {"part_ratio": "0.5", "price_floor": "0.2", "persistent": True}
    headers = key()
    answers = [await post(trader.person, f"/{position}/close", body, **headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    request = answers[0].json()
    assert (request["rule"], request["status"], request["part_ratio"], request["price_floor"]) == (
        "user",
        "pending",
        "0.5",
        "0.2",
    )
    (shown,) = (await trader.get(f"/api/positions/{position}"))["open_requests"]
    assert shown == request
    again = await post(trader.person, f"/{position}/close", body)
    assert again.json()["id"] != request["id"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"all": True, "shares": "3"}, "give one of all, part_ratio and shares"),
        ({"order_type": "limit"}, "limit_price is for limit orders"),
        ({"limit_price": "0.5"}, "limit_price is for limit orders"),
        (
            {"order_type": "limit", "limit_price": "0.5", "price_floor": "0.4"},
            "price_floor and slippage_max are for market orders",
        ),
        ({"part_ratio": "1.1"}, "less than or equal to 1"),
        ({"shares": "0.001"}, "greater than or equal to"),
        ({"shares": 1.5}, "a number written as text"),
    ],
)
async def test_a_close_that_makes_no_sense_is_refused(
    trader: Trader, body: dict[str, Any], said: str
) -> None:
    _, position = await holding(trader)
    answer = await post(trader.person, f"/{position}/close", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert said in answer.text
    assert (await trader.get(f"/api/positions/{position}"))["open_requests"] == []


async def test_closing_needs_a_key_and_nobody_closes_what_is_not_theirs(
    trader: Trader, stranger: Person
) -> None:
    _, position = await holding(trader)
    without = await trader.person.http.post(f"/api/positions/{position}/close", json={})
    assert (without.status_code, without.json()["code"]) == (422, "idempotency_key_required")
    for answer in (
        await post(stranger, f"/{position}/close"),
        await stranger.http.get(f"/api/positions/{position}"),
        await stranger.http.put(f"/api/positions/{position}/exits", json={"exits": []}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_everything_of_a_strategy_or_of_a_person_is_closed_until_nothing_is_left(
    trader: Trader,
) -> None:
    first, one = await holding(trader)
    _, other = await holding(trader, "m2")
    answer = await post(trader.person, "/close", {"strategy_id": str(first)})
    (request,) = answer.json()["items"]
    assert (request["position_id"], request["rule"], request["persistent"]) == (str(one), "flatten", True)
    everything = (await post(trader.person, "/close")).json()["items"]
    assert {item["position_id"] for item in everything} == {str(one), str(other)}
    assert request["id"] in {item["id"] for item in everything}


async def test_exits_are_set_by_a_person_and_replace_what_the_order_attached(trader: Trader) -> None:
    _, position_id = await holding(trader)
    async with trader.desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        profit = ExitRule(rule="take_profit", kind="take_profit", ratio=Decimal("0.5"))
        await position_exits.attach_exits(session, position, (profit,), "order:1", now())
    answer = await trader.person.http.put(f"/api/positions/{position_id}/exits", json={"exits": [STOP]})
    assert answer.status_code == 200, answer.text
    (rule,) = answer.json()["exits"]
    assert (rule["rule"], rule["ratio"], rule["state"], rule["origin"]) == (
        "stop_loss",
        "0.1",
        "armed",
        "user",
    )
    assert (await trader.get(f"/api/positions/{position_id}"))["exits"] == [rule]
    none = await trader.person.http.put(f"/api/positions/{position_id}/exits", json={"exits": []})
    assert none.json()["exits"] == []


@pytest.mark.parametrize(
    ("exits", "said"),
    [
        ([STOP, STOP], "two rules have the same name"),
        ([{"rule": "stop_loss", "kind": "stop_loss"}], "stop_loss needs either a ratio or a price"),
        ([{"rule": "t", "kind": "time_exit", "minutes": 5, "ratio": "0.1"}], "time_exit takes no ratio"),
        ([{**STOP, "rule": "flatten"}], "a rule cannot be named flatten"),
        ([{**STOP, "rule": "Stop loss"}], "pattern"),
        ([{**STOP, "ratio": "1"}], "stop_loss needs a ratio below 1"),
        ([{**STOP, "rule": f"r{number}"} for number in range(21)], "at most 20"),
    ],
)
async def test_exits_that_make_no_sense_are_refused(trader: Trader, exits: list[Any], said: str) -> None:
    _, position = await holding(trader)
    answer = await trader.person.http.put(f"/api/positions/{position}/exits", json={"exits": exits})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert said in answer.text


async def test_an_exit_whose_order_is_not_under_way_is_taken_back_and_its_rule_is_off(
    trader: Trader,
) -> None:
    _, position_id = await holding(trader)
    await trader.person.http.put(f"/api/positions/{position_id}/exits", json={"exits": [STOP]})
    async with trader.desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        request = await exit_requests.request_exit(
            session,
            position,
            rule="stop_loss",
            sequence=1,
            persistent=True,
            reason="the bid fell",
            now=now(),
        )
    path = f"/api/positions/{position_id}/exit-requests/{request.id}"
    answer = await trader.person.http.delete(path)
    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
    assert (await trader.person.http.delete(path)).json() == answer.json()
    found = await trader.get(f"/api/positions/{position_id}")
    assert (found["exits"][0]["state"], found["open_requests"]) == ("off", [])
    assert [past["id"] for past in found["past_requests"]] == [str(request.id)]
    async with trader.desk.database.write() as session:
        row = await session.get_one(ExitRequest, request.id)
        row.status, row.done_at = "working", None
    under_way = await trader.person.http.delete(path)
    assert (under_way.status_code, under_way.json()["code"]) == (409, "exit_under_way")


async def test_nothing_is_sold_or_watched_of_a_position_that_is_closed(trader: Trader) -> None:
    strategy, position = await holding(trader)
    held = (await trader.desk.position(strategy)).shares
    await trader.sell(strategy, str(held), "0.5")
    for answer in (
        await post(trader.person, f"/{position}/close"),
        await trader.person.http.put(f"/api/positions/{position}/exits", json={"exits": [STOP]}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "position_closed")
    (closed,) = (await trader.get(f"/api/positions?status=closed&strategy_id={strategy}"))["items"]
    assert (closed["shares"], closed["mark"], closed["average_price"]) == ("0", None, "0.405")
