"""Nobody sees or touches what belongs to somebody else: every route of the schema is tried."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import insert

from api.openapi_schema import PUBLIC
from api.parts import WEB_DIST
from api.routes import build_routes
from db.models import ExitRequest, Position, StrategyWatchlist, Withdrawal
from db.session import Database
from tests.api.conftest import Person
from tests.api.records import TRADED, add_execution, add_trade

METHODS = ("get", "post", "patch", "put", "delete")
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("patch", "/api/strategies/{strategy_id}"): {"name": "Mine now"},
    ("post", "/api/strategies/{strategy_id}/versions"): {"interval_seconds": 999},
    ("post", "/api/strategies/{strategy_id}/versions/{number}/restore"): {"publish": True},
    ("post", "/api/strategies/{strategy_id}/watchlist"): {"market_id": "m2"},
    ("patch", "/api/strategies/{strategy_id}/watchlist/{entry_id}"): {"pinned": True},
    ("post", "/api/strategies/{strategy_id}/allocation"): {"direction": "take_back", "amount": "1"},
    ("patch", "/api/strategies/{strategy_id}/risk-limits"): {"order_amount_max": "1"},
    ("put", "/api/positions/{position_id}/exits"): {"exits": []},
}
OWN = {
    ("post", "/api/logout"),
    ("get", "/api/me"),
    ("get", "/api/markets"),
    ("get", "/api/node-types"),
    ("get", "/api/templates"),
    ("get", "/api/strategies"),
    ("post", "/api/strategies"),
    ("post", "/api/strategies/import"),
    ("post", "/api/dry-runs"),
    ("get", "/api/copilot"),
    ("post", "/api/copilot/drafts"),
    ("post", "/api/formulas/check"),
    ("get", "/api/stream"),
    ("get", "/api/allocations"),
    ("get", "/api/pnl"),
    ("get", "/api/equity"),
    ("get", "/api/trades/export"),
    ("get", "/api/resolutions"),
    ("get", "/api/positions"),
    ("post", "/api/positions/close"),
    ("get", "/api/orders"),
    ("get", "/api/withdrawals"),
    ("post", "/api/allocations/rebalances"),
    ("get", "/api/ledger"),
    ("get", "/api/risk-limits"),
    ("patch", "/api/risk-limits"),
    ("get", "/api/trading-state"),
    ("put", "/api/trading-state"),
}
"""Routes that name nothing of anybody: what they give is the asker's own, or the same for all. Others must have ids."""


def all_routes() -> list[tuple[str, str]]:
    schema = build_routes("test", WEB_DIST).openapi()
    return [
        (method, path)
        for path, operations in sorted(schema["paths"].items())
        for method in METHODS
        if method in operations
    ]


async def _belongings(person: Person, database: Database) -> dict[str, str]:
    """Values for all path parameters, of things that exist and are this person's."""
    strategy = await person.create()
    strategy_id, entry_id = UUID(strategy["id"]), uuid4()
    await add_execution(database, strategy_id, UUID(strategy["version"]["id"]), 1)
    async with database.write() as session:
        await session.execute(
            insert(StrategyWatchlist).values(
                id=entry_id, strategy_id=strategy_id, market_id="m1", added_at=datetime.now(UTC)
            )
        )
    order_id, position_id, request_id, withdrawal_id = await _holdings(database, person.id, strategy_id)
    return {
        "strategy_id": str(strategy_id),
        "number": "1",
        "other": "1",
        "entry_id": str(entry_id),
        "order_id": str(order_id),
        "position_id": str(position_id),
        "request_id": str(request_id),
        "withdrawal_id": str(withdrawal_id),
    }


async def _holdings(database: Database, user_id: UUID, strategy_id: UUID) -> tuple[UUID, UUID, UUID, UUID]:
    """An order, a position, an exit of it, and a withdrawal."""
    order_id, _ = await add_trade(database, strategy_id)
    now, position_id, request_id, withdrawal_id = datetime.now(UTC), uuid4(), uuid4(), uuid4()
    owner = {"user_id": user_id, "strategy_id": strategy_id}
    market = {
        name: TRADED[name] for name in ("mode", "source", "market_id", "question", "token_id", "outcome")
    }
    async with database.write() as session:
        await session.execute(
            insert(Position).values(
                **owner,
                **market,
                id=position_id,
                condition_id="0x1",
                sequence=1,
                shares=20,
                cost_amount=10,
                opened_at=now,
            )
        )
        await session.execute(
            insert(ExitRequest).values(
                **owner,
                id=request_id,
                position_id=position_id,
                rule="user",
                sequence=1,
                reason="test",
                triggered_at=now,
            )
        )
        await session.execute(
            insert(Withdrawal).values(
                **owner,
                id=withdrawal_id,
                mode="paper",
                give_up_at=now,
                requested_at=now,
                status="complete",
                finished_at=now,
            )
        )
    return order_id, position_id, request_id, withdrawal_id


async def test_every_route_answers_404_for_ids_of_another_user(
    person: Person, stranger: Person, database: Database
) -> None:
    ids = await _belongings(person, database)
    before = (await person.http.get(f"/api/strategies/{ids['strategy_id']}")).json()
    tried = 0
    for method, path in all_routes():
        if "{" not in path:
            assert (method, path) in OWN or path in PUBLIC, f"{method} {path} is not covered by this test"
            continue
        url = path.format(**ids)  # a KeyError here means: a new path parameter, add it to _belongings
        key = {"Idempotency-Key": uuid4().hex}
        answer = await stranger.http.request(method, url, json=BODIES.get((method, path)), headers=key)
        assert answer.status_code == 404, f"{method} {path} answered {answer.status_code}"
        assert answer.json()["code"] == "not_found"
        tried += 1
    assert tried >= 15
    after = (await person.http.get(f"/api/strategies/{ids['strategy_id']}")).json()
    assert {**after, "uptime_seconds": 0} == {**before, "uptime_seconds": 0}
    watchlist = await person.http.get(f"/api/strategies/{ids['strategy_id']}/watchlist")
    assert len(watchlist.json()["items"]) == 1


async def test_every_route_but_the_public_ones_needs_a_login(visitor: httpx.AsyncClient) -> None:
    named = ("strategy_id", "entry_id", "order_id", "position_id", "request_id", "withdrawal_id")
    ids = {"number": "1", "other": "1", **{name: str(uuid4()) for name in named}}
    for method, path in all_routes():
        if path in PUBLIC:
            continue
        answer = await visitor.request(method, path.format(**ids), json={})
        assert answer.status_code == 401, f"{method} {path} answered {answer.status_code}"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_list_has_only_ones_own(person: Person, stranger: Person) -> None:
    await person.create()
    listed = (await stranger.http.get("/api/strategies")).json()
    assert (listed["items"], listed["next_cursor"]) == ([], None)
    assert set(listed["counts"].values()) == {0}
