"""Orders over HTTP: listed over all strategies, and cancelled by a person."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from db.models import ExitRequest, Order
from db.repositories import exit_requests, position_exits
from tests.api.test_positions import holding, key, trader
from tests.api.trader import Trader
from tests.desk import now

__all__ = ["trader"]


async def cancel(trader: Trader, order: UUID, **headers: str) -> Any:
    return await trader.person.http.post(f"/api/orders/{order}/cancel", headers=headers or key())


async def test_an_order_that_is_not_at_the_venue_is_cancelled_at_once(trader: Trader) -> None:
    strategy = await trader.strategy()
    order = await trader.desk.plan(strategy, "20")
    assert await trader.desk.reserve(order) == "reserved"
    headers = key()
    answers = [await cancel(trader, order, **headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert (answers[0].json()["status"], answers[0].json()["status_reason"]) == (
        "cancelled",
        "cancelled by a person",
    )
    wallet = await trader.desk.wallet(strategy)
    assert (wallet.reserved_amount, wallet.available_amount) == (Decimal(0), Decimal(500))
    assert (await cancel(trader, order)).json()["status"] == "cancelled"


async def test_an_order_at_the_venue_is_asked_to_end(trader: Trader) -> None:
    strategy = await trader.strategy()
    order = await trader.desk.plan(strategy, "20")
    assert await trader.desk.reserve(order) == "reserved"
    async with trader.desk.database.write() as session:
        (await session.get_one(Order, order)).status = "live"
    answer = (await cancel(trader, order)).json()
    assert (answer["status"], answer["final_at"]) == ("live", None)
    assert answer["cancel_requested_at"] is not None
    assert (await cancel(trader, order)).json() == answer


async def test_what_is_over_or_not_mine_is_not_cancelled(trader: Trader) -> None:
    strategy = await trader.strategy()
    filled = await trader.desk.bought(strategy, "20")
    answer = await cancel(trader, filled.id)
    assert (answer.status_code, answer.json()["code"]) == (409, "order_over")
    assert "filled already" in answer.json()["detail"]
    assert (await cancel(trader, uuid4())).status_code == 404
    without = await trader.person.http.post(f"/api/orders/{filled.id}/cancel")
    assert (without.status_code, without.json()["code"]) == (422, "idempotency_key_required")


async def test_a_sale_that_is_cancelled_is_not_tried_again(trader: Trader) -> None:
    strategy, position_id = await holding(trader)
    async with trader.desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        request = await exit_requests.request_exit(
            session, position, rule="user", persistent=True, reason="test", now=now()
        )
    order = await trader.desk.sale(strategy, "10")
    async with trader.desk.database.write() as session:
        (await session.get_one(Order, order)).exit_request_id = request.id
    assert (await cancel(trader, order)).json()["position_id"] == str(position_id)
    async with trader.desk.database.read() as session:
        assert not (await session.get_one(ExitRequest, request.id)).persistent


async def test_orders_are_listed_over_all_strategies_by_whether_they_are_over(trader: Trader) -> None:
    first, second = await trader.strategy(), await trader.strategy(name="Other")
    await trader.desk.bought(first, "20")
    planned = await trader.desk.plan(second, "20")
    everything = (await trader.get("/api/orders"))["items"]
    assert [order["strategy_id"] for order in everything] == [str(second), str(first)]
    assert [order["id"] for order in (await trader.get("/api/orders?status=open"))["items"]] == [str(planned)]
    (final,) = (await trader.get(f"/api/orders?strategy_id={first}&status=final"))["items"]
    assert (final["order_type"], final["time_in_force"], final["shares"]) == ("market", "FAK", None)
    page = await trader.get("/api/orders?limit=1")
    rest = await trader.get(f"/api/orders?limit=1&cursor={page['next_cursor']}")
    assert [page["items"][0], rest["items"][0]] == everything
