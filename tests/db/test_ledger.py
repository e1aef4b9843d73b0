"""The books on a real database: concurrent orders, transfers between strategies, the append-only ledger."""

import asyncio
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from db.models import LedgerEntry, PositionLot, StrategyWallet
from db.repositories import orders
from db.repositories.allocations import NotEnough, give, rebalance, return_all, take_back
from db.repositories.exposure import surroundings_of
from db.repositories.order_settlement import close_unfilled
from domain.money import Price, Usdc
from tests.desk import Desk, in_order, now, usdc


async def test_fifty_orders_of_several_strategies_at_once_never_exceed_a_cap_and_never_deadlock(
    desk: Desk,
) -> None:
    await desk.open("10000", "300", "300", "300", "300", "300")
    await desk.limit(None, market_ratio_max="0.03", exposure_ratio_max="0.05")
    wanted = [
        await desk.plan(strategy, "20", market)
        for strategy in desk.strategies
        for market in ("m1", "m2")
        for _ in range(5)
    ]
    over: list[Decimal] = []

    async def trade(order_id: UUID) -> None:
        if await desk.reserve(order_id) == "reserved":
            async with desk.database.write() as session:
                locked = await orders.lock_order(session, order_id)
                assert locked is not None
                around = await surroundings_of(session, locked, None, now())
                if around.exposure.user_market > 300 or around.exposure.user_total > 500:
                    over.append(around.exposure.user_total)
            await desk.fill(order_id)

    async def move() -> None:
        for index in range(10):
            giver, taker = desk.strategies[index % 5], desk.strategies[(index + 1) % 5]
            async with desk.database.write() as session:
                await rebalance(session, desk.transfer("7.5"), giver, taker)

    async with asyncio.timeout(60):
        await asyncio.gather(*(trade(order) for order in wanted), move(), move())
    assert over == []
    assert await desk.faults() == []
    found = [await desk.order(order) for order in wanted]
    by_status = {status: sum(order.status == status for order in found) for status in ("filled", "denied")}
    assert sum(by_status.values()) == 50
    assert by_status["filled"] == 24, "twelve of about 21 fit into 300 per market, and 24 into 500"
    assert {order.status_rule for order in found if order.status == "denied"} <= {
        "market_exposure",
        "portfolio_exposure",
        "allocation",
    }


async def test_rebalancing_two_hundred_moves_it_at_once_and_a_repeat_moves_nothing(desk: Desk) -> None:
    await desk.open("1000", "500", "300")
    giver, taker = desk.strategies
    reference = uuid4()
    for _ in range(3):
        async with desk.database.write() as session:
            assert await rebalance(session, desk.transfer("200", reference), giver, taker) is None
    assert (await desk.wallet(giver)).allocated_amount == 300
    assert (await desk.wallet(taker)).available_amount == 500
    async with desk.database.write() as session:
        refused = await rebalance(session, desk.transfer("300.000001"), giver, taker)
    assert refused == NotEnough(usdc("300"))
    assert await desk.faults() == []


async def test_opposite_rebalances_at_once_do_not_deadlock(desk: Desk) -> None:
    await desk.open("1000", "500", "500")
    one, other = desk.strategies

    async def back_and_forth(giver: UUID, taker: UUID) -> None:
        for _ in range(10):
            async with desk.database.write() as session:
                await rebalance(session, desk.transfer("1"), giver, taker)

    async with asyncio.timeout(30):
        await asyncio.gather(back_and_forth(one, other), back_and_forth(other, one))
    assert (await desk.wallet(one)).allocated_amount == 500
    assert await desk.faults() == []


async def test_all_allocations_together_stay_within_the_account(desk: Desk) -> None:
    await desk.open("1000", "600")
    (strategy,) = desk.strategies
    async with desk.database.write() as session:
        assert await give(session, desk.transfer("400.01"), strategy) == NotEnough(usdc("400"))

    async def take_all() -> NotEnough | None:
        async with desk.database.write() as session:
            return await give(session, desk.transfer("400"), strategy)

    answers = await asyncio.gather(*(take_all() for _ in range(4)))
    assert sorted(answer is None for answer in answers) == [False, False, False, True]
    async with desk.database.write() as session:
        assert await take_back(session, desk.transfer("1000.000001"), strategy) == NotEnough(usdc("1000"))
    assert await desk.faults() == []


async def test_what_is_reserved_or_deployed_cannot_be_taken_back_nor_deleted(desk: Desk) -> None:
    await desk.open("1000", "100")
    (strategy,) = desk.strategies
    await desk.bought(strategy, "40")
    left = (await desk.wallet(strategy)).available_amount
    async with desk.database.write() as session:
        assert await take_back(session, desk.transfer("100"), strategy) == NotEnough(Usdc(left))
    async with desk.database.write() as session:
        assert not await return_all(session, desk.transfer("0.000001"), strategy)
    assert await desk.faults() == []


async def test_a_purchase_opens_a_position_with_a_lot_and_a_second_one_adds_to_it(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    first, second = await desk.bought(strategy, "40"), await desk.bought(strategy, "60")
    position = await desk.position(strategy)
    assert position.shares == first.filled_shares + second.filled_shares
    assert position.cost_amount == (await desk.wallet(strategy)).deployed_amount
    async with desk.database.read() as session:
        lots = list(await session.scalars(select(PositionLot).where(PositionLot.position_id == position.id)))
    assert {lot.entry_order_id for lot in lots} == {first.id, second.id}
    assert (await desk.wallet(strategy)).fees_paid == first.fee + second.fee
    assert await desk.faults() == []


async def test_at_the_daily_loss_limit_entries_are_denied_and_exits_allowed(desk: Desk) -> None:
    await desk.open("1000", "100")
    (strategy,) = desk.strategies
    entry = await desk.bought(strategy, "50")
    fallen = {"m1-yes": Price(Decimal("0.20"))}
    denied = await desk.plan(strategy, "10")
    assert await desk.reserve(denied, fallen) == "denied"
    order = await desk.order(denied)
    assert order.status_rule == "daily_loss"
    assert "daily limit of 20 USDC" in (order.status_reason or "")
    sale = await desk.sale(strategy, str(entry.filled_shares))
    assert await desk.reserve(sale, fallen) == "reserved"


async def test_every_verdict_stays_with_its_order(desk: Desk) -> None:
    await desk.open("1000", "100")
    (strategy,) = desk.strategies
    denied = await desk.plan(strategy, "150")
    assert await desk.reserve(denied) == "denied"
    order = await desk.order(denied)
    checks = {check["rule"]: check for check in order.risk_checks}
    assert (checks["allocation"]["passed"], checks["price_band"]["passed"]) == (False, True)
    assert checks["allocation"]["limit"] == "100 USDC"
    assert order.status_rule == "allocation"
    assert order.status_reason == checks["allocation"]["sentence"]


async def test_an_order_closed_unfilled_frees_everything(desk: Desk) -> None:
    await desk.open("1000", "100")
    (strategy,) = desk.strategies
    order = await desk.plan(strategy, "50")
    await desk.reserve(order)
    await in_order(
        desk, order, lambda s, o: close_unfilled(s, o, "cancelled", "no_match", "nothing there", now())
    )
    wallet = await desk.wallet(strategy)
    assert (wallet.available_amount, wallet.reserved_amount) == (Decimal(100), Decimal(0))
    assert await desk.faults() == []


async def test_the_ledger_is_never_changed_and_every_move_has_two_sides(desk: Desk) -> None:
    await desk.open("1000", "100")
    (strategy,) = desk.strategies
    for statement in (
        update(LedgerEntry).where(LedgerEntry.strategy_id == strategy).values(amount=1),
        delete(LedgerEntry).where(LedgerEntry.strategy_id == strategy),
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            async with desk.database.write() as session:
                await session.execute(statement)
    async with desk.database.read() as session:
        sides = await session.execute(
            select(LedgerEntry.side, func.sum(LedgerEntry.amount)).group_by(LedgerEntry.side)
        )
        assert len({total for _, total in sides}) == 1


async def test_the_check_finds_a_cent_that_is_missing(desk: Desk) -> None:
    await desk.open("1000", "100")
    (strategy,) = desk.strategies

    async def rewrite(amount: str) -> None:
        async with desk.database.write() as session:
            await session.execute(
                update(StrategyWallet)
                .where(StrategyWallet.strategy_id == strategy)
                .values(allocated_amount=Decimal(amount), available_amount=Decimal(amount))
            )

    await rewrite("99.99")
    assert await desk.faults() == [f"wallet of strategy {strategy} differs from its ledger"]
    await rewrite("100")
    assert await desk.faults() == []
