"""Sales: shares are offered once, fills are booked once, and the trade ends with its profit."""

import asyncio
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from db.models import Order, StrategyTrade
from db.repositories.order_settlement import (
    Fill,
    book_fills,
    book_sale,
    finish,
    money_of,
    release_rest,
)
from db.session import WriteSession
from tests.desk import Desk, fill_of, in_order, now


async def sell(fill: Fill, session: WriteSession, order: Order) -> bool:
    return await book_sale(session, order, fill, now())


async def test_shares_are_offered_once_although_three_sell_at_once(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    await desk.bought(strategy, "40")
    held = str((await desk.position(strategy)).shares)
    sales = [await desk.sale(strategy, held) for _ in range(3)]
    statuses = await asyncio.gather(*(desk.reserve(sale) for sale in sales))
    assert sorted(statuses) == ["denied", "denied", "reserved"]
    denied = [await desk.order(sale) for sale in sales]
    assert {order.status_rule for order in denied if order.status == "denied"} == {"shares_held"}
    assert (await desk.position(strategy)).offered_shares == Decimal(held)
    assert await desk.faults() == []


async def test_a_sale_in_two_fills_books_each_once_and_ends_the_trade_with_its_profit(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    entry = await desk.bought(strategy, "40")
    shares = entry.filled_shares
    part = (shares / 4).quantize(Decimal("0.0001"))
    sale = await desk.sale(strategy, str(shares))
    assert await desk.reserve(sale) == "reserved"
    for index, amount in enumerate((part, shares - part)):
        fill = fill_of(sale, str(amount), index=index)
        assert await in_order(desk, sale, partial(sell, fill))
        assert not await in_order(desk, sale, partial(sell, fill))
        assert await desk.faults() == []
    wallet, position = await desk.wallet(strategy), await desk.position(strategy)
    gained = shares * Decimal("0.5") - Decimal("0.2") - entry.filled_amount - entry.fee
    assert wallet.realised_pnl == position.realised_pnl == gained
    assert {wallet.deployed_amount, position.shares, position.offered_shares} == {Decimal(0)}
    assert position.closed_at is not None
    async with desk.database.read() as session:
        trade = (
            await session.scalars(select(StrategyTrade).where(StrategyTrade.entry_order_id == entry.id))
        ).one()
    assert (trade.status, trade.exit_price, trade.pnl) == ("settled", Decimal("0.5"), gained)
    again = await desk.bought(strategy, "10")
    assert (await desk.position(strategy)).sequence == 2
    assert again.status == "filled"


async def test_a_sell_order_that_ends_early_gives_its_shares_back(desk: Desk) -> None:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    entry = await desk.bought(strategy, "40")
    sale = await desk.sale(strategy, "50")
    assert await desk.reserve(sale) == "reserved"
    await in_order(desk, sale, lambda s, o: book_sale(s, o, fill_of(sale, "20"), now(), final=False))

    async def cancel(session: WriteSession, order: Order) -> None:
        await release_rest(session, await money_of(session, order), order, now())

    await in_order(desk, sale, cancel)
    position = await desk.position(strategy)
    assert (position.offered_shares, position.shares) == (Decimal(0), entry.filled_shares - 20)
    assert (await desk.wallet(strategy)).settling_amount == Decimal("9.9")
    assert await desk.faults() == []


async def test_what_a_sale_brings_covers_a_shortfall_before_anything_else(desk: Desk) -> None:
    await desk.open("1000", "50")
    (strategy,) = desk.strategies
    entry = await desk.plan(strategy, "40")
    assert await desk.reserve(entry) == "reserved"
    beyond = fill_of(entry, "100", "0.45", fee="0")

    async def buy(session: WriteSession, order: Order) -> None:
        await book_fills(session, order, [beyond], now())
        await finish(session, order, "filled", now())

    await in_order(desk, entry, buy)
    assert (await desk.wallet(strategy)).shortfall_amount > 0
    assert await desk.reserve(await desk.plan(strategy, "1")) == "denied"
    sale = await desk.sale(strategy, "50")
    assert await desk.reserve(sale) == "reserved"

    async def sell_half(session: WriteSession, order: Order) -> None:
        await book_fills(session, order, [fill_of(sale, "50")], now())
        await finish(session, order, "filled", now())

    await in_order(desk, sale, sell_half)
    assert (await desk.wallet(strategy)).shortfall_amount == 0
    assert await desk.reserve(await desk.plan(strategy, "1")) == "reserved"
    assert await desk.faults() == []
