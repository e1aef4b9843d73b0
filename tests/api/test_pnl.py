"""Profit and loss over HTTP: marked at the bid, complete without the venue, and the same in account and strategies."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import delete, func, insert, select

from api import record_equity
from api.parts import ApiParts
from db.migrate import upgrade
from db.models import DayOpening, EquityPoint, LedgerEntry
from db.repositories.accounts import Owner
from db.session import Database
from domain.portfolio.equity_curve import slot_of
from launcher.postgres import EmbeddedPostgres
from tests.api.conftest import person_at, serving
from tests.api.trader import ThinMarkets, Trader
from tests.desk import Desk
from tests.eventually import eventually
from tests.fixed_markets import a_market


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def traders_url(postgres: EmbeddedPostgres) -> str:
    """A database whose accounts are all of this file: a round looks at all there are."""
    name = f"pnl_{uuid4().hex}"
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = postgres.dsn.rsplit("/", 1)[0] + f"/{name}"
    await asyncio.to_thread(upgrade, url)
    return url


@pytest_asyncio.fixture
async def trader(parts: ApiParts, traders_url: str) -> AsyncIterator[Trader]:
    database = Database(traders_url)
    desk = Desk(database)
    markets = ThinMarkets(a_market("m1"), a_market("m2", price="0.60"))
    desk.markets = markets
    own = replace(parts, database=database, database_url=traders_url, market_data=markets)  # type: ignore[arg-type]
    async with serving(own) as address, person_at(address, database) as person:
        desk.user, desk.owner = person.id, Owner(person.id, "paper")
        yield Trader(person, desk, markets)
    await database.close()


async def test_what_is_held_is_marked_at_the_best_bid_and_the_parts_add_up(trader: Trader) -> None:
    strategy = await trader.strategy()
    bought = await trader.desk.bought(strategy, "100")
    trader.price("0.50")
    found = await trader.get(f"/api/strategies/{strategy}/pnl")
    (position,) = found["positions"]
    assert (position["basis"], position["price"]) == ("bid", "0.495")
    assert Decimal(position["cost"]) == bought.filled_amount + bought.fee
    assert abs(Decimal(position["value"]) - bought.filled_shares * Decimal("0.495")) < Decimal("0.000001")
    assert position["observed_at"] == found["marked_at"]
    assert Decimal(found["fees"]) == bought.fee
    assert (found["realised"], found["given"], found["mode"]) == ("0", "500", "paper")
    total = Decimal(found["realised"]) + Decimal(found["unrealised"])
    assert total == Decimal(found["total"]) == Decimal(found["equity"]) - 500 > 0
    assert found["roi_ratio"] == round(float(total / 500), 6)
    assert (found["notes"], found["closed_trades"], found["win_ratio"]) == ([], 0, None)


async def test_a_sale_is_realised_and_a_closed_trade_is_won_or_lost(trader: Trader) -> None:
    strategy = await trader.strategy()
    first = await trader.desk.bought(strategy, "100")
    await trader.sell(strategy, str(first.filled_shares), "0.50")
    found = await trader.get(f"/api/strategies/{strategy}/pnl")
    assert (found["closed_trades"], found["won_trades"], found["win_ratio"]) == (1, 1, 1.0)
    assert (found["positions"], found["unrealised"], found["marked_at"]) == ([], "0", None)
    async with trader.desk.database.read() as session:
        booked = await session.scalar(
            select(
                func.sum(LedgerEntry.amount).filter(LedgerEntry.side == "credit")
                - func.coalesce(func.sum(LedgerEntry.amount).filter(LedgerEntry.side == "debit"), 0)
            ).where(LedgerEntry.strategy_id == strategy, LedgerEntry.account == "realised_pnl")
        )
    assert Decimal(found["realised"]) == booked == Decimal(found["total"])
    listed = await trader.get(f"/api/strategies/{strategy}/trades")
    assert sum(Decimal(trade["pnl"]) for trade in listed["items"]) == booked
    view = await trader.get(f"/api/strategies/{strategy}")
    assert (view["closed_trades"], view["win_rate"]) == (1, 1.0)


async def test_a_position_without_a_bid_counts_as_nothing_and_it_is_said(trader: Trader) -> None:
    strategy = await trader.strategy()
    await trader.desk.bought(strategy, "100")
    trader.markets.bids_away = True
    found = await trader.get(f"/api/strategies/{strategy}/pnl")
    (position,) = found["positions"]
    assert (position["basis"], position["value"], position["price"]) == ("no_bid", "0", "0")
    assert Decimal(position["unrealised"]) == -Decimal(position["cost"])
    assert found["notes"] == ["1 position has no bid and counts as 0."]


async def test_while_the_venue_is_away_what_the_books_say_is_answered_and_the_rest_is_null(
    trader: Trader,
) -> None:
    strategy = await trader.strategy()
    first = await trader.desk.bought(strategy, "100")
    await trader.sell(strategy, str(first.filled_shares / 2), "0.50")
    before = await trader.get("/api/pnl")
    trader.markets.unavailable = "the venue restarts"
    for path in (f"/api/strategies/{strategy}/pnl", "/api/pnl"):
        found = await trader.get(path)
        assert Decimal(found["realised"]) == Decimal(before["realised"]) > 0
        assert {found[name] for name in ("unrealised", "total", "equity", "roi_ratio", "marked_at")} == {None}
        assert "cannot be read" in found["notes"][0]
    (position,) = (await trader.get(f"/api/strategies/{strategy}/pnl"))["positions"]
    assert (position["basis"], position["value"]) == ("unread", None)


async def test_the_account_is_its_cash_and_all_strategies_also_those_deleted(trader: Trader) -> None:
    one, other = await trader.strategy("500", "One"), await trader.strategy("300", "Other")
    first = await trader.desk.bought(one, "100")
    await trader.desk.bought(other, "50", "m2")
    await trader.sell(one, str(first.filled_shares), "0.50")
    before = await trader.get("/api/pnl")
    assert [each["name"] for each in before["strategies"]] == ["One", "Other"]
    assert (before["given"], before["cash"]) == ("10000", "9200")
    assert sum(Decimal(each["total"]) for each in before["strategies"]) == Decimal(before["total"])
    assert (await trader.person.http.delete(f"/api/strategies/{one}")).status_code == 204
    after = await trader.get("/api/pnl")
    assert len(after["strategies"]) == 1
    for name in ("given", "realised", "unrealised", "equity", "total"):
        assert after[name] == before[name]


async def test_today_counts_from_the_equity_the_day_began_with_less_what_was_given_since(
    trader: Trader,
) -> None:
    strategy = await trader.strategy("500")
    await trader.desk.bought(strategy, "100")
    path = f"/api/strategies/{strategy}/pnl"
    now = datetime.now(UTC)
    async with trader.desk.database.write() as session:
        await session.execute(delete(DayOpening).where(DayOpening.strategy_id == strategy))
    assert (await trader.get(path))["day"] is None
    async with trader.desk.database.write() as session:
        opening = {"equity_amount": Decimal(390), "allocated_amount": Decimal(400), "taken_at": now}
        await session.execute(insert(DayOpening).values(strategy_id=strategy, day=now.date(), **opening))
    found = await trader.get(path)
    assert found["day"]["day"] == now.date().isoformat()
    # 10 were lost before today, and 100 were given since.
    assert Decimal(found["day"]["pnl"]) == Decimal(found["equity"]) - 390 - 100
    assert (await trader.get("/api/pnl"))["day"] == found["day"]


async def test_nobody_without_an_account_has_any_profit(trader: Trader) -> None:
    found = await trader.get("/api/pnl?mode=live")
    assert (found["equity"], found["total"], found["roi_ratio"], found["strategies"]) == ("0", "0", None, [])
    assert (await trader.get("/api/equity?mode=live"))["items"] == []


async def test_points_are_made_once_in_five_minutes_while_something_is_held(trader: Trader) -> None:
    strategy = await trader.strategy()
    await trader.desk.bought(strategy, "100")
    slot = slot_of(datetime.now(UTC)) - timedelta(hours=1)
    for minutes, price in ((0, "0.40"), (1, "0.99"), (5, "0.60"), (10, "0.30"), (15, "0.50")):
        trader.price(price)
        assert await trader.record(slot + timedelta(minutes=minutes))
    found = await trader.get(f"/api/strategies/{strategy}/equity")
    assert found["resolution"] == "hour"
    fine = await trader.get(f"/api/strategies/{strategy}/equity?resolution=five_minutes")
    assert len(fine["items"]) == 4
    pnls = [Decimal(point["pnl"]) for point in fine["items"]]
    assert [Decimal(point["equity"]) - 500 for point in fine["items"]] == pnls
    assert not any(point["gap_before"] for point in fine["items"])
    summary = await trader.get(f"/api/strategies/{strategy}/pnl")
    assert Decimal(summary["drawdown_max"]) == pnls[1] - pnls[2]
    assert 0 < summary["drawdown_ratio_max"] < 1
    account = await trader.get("/api/equity?resolution=five_minutes")
    assert [Decimal(point["pnl"]) for point in account["items"]] == pnls


async def test_without_positions_there_is_a_point_only_when_equity_changed(trader: Trader) -> None:
    strategy = await trader.strategy("500")
    begin = datetime.now(UTC) - timedelta(hours=1)
    for minutes in (0, 5, 10):
        await trader.record(begin + timedelta(minutes=minutes))
    body = {"direction": "give", "amount": "100"}
    given = await trader.person.http.post(
        f"/api/strategies/{strategy}/allocation", json=body, headers={"Idempotency-Key": "more"}
    )
    assert given.status_code == 200
    for minutes in (15, 20):
        await trader.record(begin + timedelta(minutes=minutes))
    found = await trader.get(f"/api/strategies/{strategy}/equity?resolution=five_minutes")
    assert [(point["equity"], point["given"], point["pnl"]) for point in found["items"]] == [
        ("500", "500", "0"),
        ("600", "600", "0"),
    ]
    assert (await trader.get(f"/api/strategies/{strategy}/pnl"))["drawdown_max"] == "0"
    assert len((await trader.get("/api/equity?resolution=five_minutes"))["items"]) == 1


async def test_an_unwell_venue_leaves_a_gap_that_can_be_seen_and_no_wrong_point(trader: Trader) -> None:
    strategy = await trader.strategy()
    await trader.desk.bought(strategy, "100")
    begin = datetime.now(UTC) - timedelta(hours=1)
    assert await trader.record(begin)
    trader.markets.unavailable = "the venue restarts"
    for minutes in (5, 10, 15):
        assert not await trader.record(begin + timedelta(minutes=minutes))
    trader.markets.unavailable = None
    assert await trader.record(begin + timedelta(minutes=20))
    found = await trader.get(f"/api/strategies/{strategy}/equity?resolution=five_minutes")
    assert [point["gap_before"] for point in found["items"]] == [False, True]


async def test_a_market_that_the_venue_does_not_know_leaves_its_strategy_without_a_point(
    trader: Trader,
) -> None:
    one, other = await trader.strategy("200", "One"), await trader.strategy("200", "Other")
    await trader.desk.bought(one, "50")
    await trader.desk.bought(other, "50", "m2")
    del trader.markets.all["m2"]
    await trader.record(datetime.now(UTC))
    async with trader.desk.database.read() as session:
        of_user = select(EquityPoint.strategy_id).where(EquityPoint.user_id == trader.person.id)
        points = list(await session.scalars(of_user))
    assert points == [one]
    found = await trader.get(f"/api/strategies/{other}/pnl")
    assert found["positions"][0]["basis"] == "unknown"
    assert "no price at the venue" in found["notes"][0]


async def test_many_processes_write_each_point_once(trader: Trader) -> None:
    strategy = await trader.strategy()
    await trader.desk.bought(strategy, "100")
    now = datetime.now(UTC)
    await asyncio.gather(*(trader.record(now) for _ in range(5)))
    assert await trader.record(now)
    count = select(func.count()).select_from(EquityPoint).where(EquityPoint.user_id == trader.person.id)
    async with trader.desk.database.read() as session:
        assert await session.scalar(count) == 2


async def test_the_round_repeats_itself_until_the_five_minutes_have_their_points(
    trader: Trader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_equity, "EVERY", 0.01)
    strategy = await trader.strategy()
    await trader.desk.bought(strategy, "100")
    trader.markets.unavailable = "the venue restarts"
    now = datetime.now(UTC)
    rounds = asyncio.create_task(
        record_equity.record_forever(trader.desk.database, trader.markets, lambda: now)
    )
    path = f"/api/strategies/{strategy}/equity"
    asked = trader.markets.asked

    async def asked_again() -> bool:
        return trader.markets.asked > asked + 2

    async def has_point() -> bool:
        return len((await trader.get(path))["items"]) == 1

    await eventually(asked_again)
    assert (await trader.get(path))["items"] == []
    trader.markets.unavailable = None
    await eventually(has_point)
    rounds.cancel()


async def test_a_curve_begins_where_it_came_from(trader: Trader) -> None:
    strategy = await trader.strategy()
    now = datetime.now(UTC)
    await trader.record(now - timedelta(days=20))
    since = (now - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    found = await trader.get(f"/api/strategies/{strategy}/equity?from={since}")
    assert (found["items"], found["resolution"]) == ([], "five_minutes")
    assert found["before"]["equity"] == "500"


async def test_a_span_that_makes_no_sense_is_refused(trader: Trader) -> None:
    strategy = await trader.strategy()
    for query in (
        "from=2026-11-23T00:00:00",
        "from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z",
        "from=2005-01-01T00:00:00Z",
        "to=0001-01-01T00:00:00Z",
        "resolution=week",
    ):
        answer = await trader.person.http.get(f"/api/strategies/{strategy}/equity?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), query
