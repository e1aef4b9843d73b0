"""A trade that fails on the chain is as if it had never been; what cannot be taken back any more is a shortfall."""

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from db.models import Order, OrderFill, PositionLot, StrategyTrade
from db.repositories.allocations import give, take_back
from db.repositories.fill_settlement import advance_fill, reverse_fill
from db.repositories.order_settlement import book_fills, finish
from db.session import WriteSession
from tests.desk import Desk, fill_of, in_order, now, usdc

Numbers = tuple[Decimal, ...]


async def numbers(desk: Desk, strategy: UUID) -> Numbers:
    """Everything that a reversal must bring back."""
    wallet = await desk.wallet(strategy)
    return (
        wallet.available_amount,
        wallet.reserved_amount,
        wallet.deployed_amount,
        wallet.settling_amount,
        wallet.shortfall_amount,
        wallet.realised_pnl,
        wallet.fees_paid,
    )


async def bought(desk: Desk, *prices: str, over: bool = True) -> UUID:
    """An entry with a fill of 20 shares at each price, not final at the venue."""
    order = await desk.plan(desk.strategies[0], "40")
    assert await desk.reserve(order) == "reserved"
    fills = [fill_of(order, "20", price, index=index) for index, price in enumerate(prices)]

    async def fill(session: WriteSession, locked: Order) -> None:
        await book_fills(session, locked, fills, now(), final=False)
        locked.status = "live"
        if over:
            await finish(session, locked, "filled", now())

    await in_order(desk, order, fill)
    return order


async def sold(desk: Desk, shares: str, price: str = "0.60", *, final: bool = False) -> UUID:
    sale = await desk.sale(desk.strategies[0], shares)
    assert await desk.reserve(sale) == "reserved"

    async def fill(session: WriteSession, locked: Order) -> None:
        await book_fills(session, locked, [fill_of(sale, shares, price)], now(), final=final)
        await finish(session, locked, "filled", now())

    await in_order(desk, sale, fill)
    return sale


async def fail(desk: Desk, order: UUID, index: int = 0) -> bool:
    """Told twice: the second time nothing changes."""
    work = partial(_fail, trade=f"{order}-{index}")
    done = await in_order(desk, order, work)
    assert not await in_order(desk, order, work)
    assert await desk.faults() == []
    return bool(done)


async def _fail(session: WriteSession, order: Order, trade: str) -> bool:
    return await reverse_fill(session, order, trade, now())


async def trade_of(desk: Desk, order: UUID) -> StrategyTrade:
    async with desk.database.read() as session:
        rows = await session.scalars(select(StrategyTrade).where(StrategyTrade.entry_order_id == order))
        return rows.one()


async def lots(desk: Desk, order: UUID) -> list[PositionLot]:
    async with desk.database.read() as session:
        return list(await session.scalars(select(PositionLot).where(PositionLot.entry_order_id == order)))


@pytest.fixture
async def opened(desk: Desk) -> Desk:
    await desk.open("1000", "500")
    return desk


async def test_a_purchase_that_fails_leaves_nothing_behind(opened: Desk) -> None:
    before = await numbers(opened, opened.strategies[0])
    order = await bought(opened, "0.40")
    assert await fail(opened, order)
    assert await numbers(opened, opened.strategies[0]) == before
    row, trade = await opened.order(order), await trade_of(opened, order)
    assert (row.filled_shares, row.filled_amount, row.fee, row.settlement) == (
        Decimal(0),
        Decimal(0),
        Decimal(0),
        "reversed",
    )
    assert (trade.status, trade.shares, trade.entry_price) == ("cancelled", Decimal(0), None)
    position = await opened.position(opened.strategies[0])
    assert (position.shares, position.close_reason) == (Decimal(0), "reversed")
    assert await lots(opened, order) == []


async def test_of_two_fills_the_one_that_stays_keeps_its_own_price(opened: Desk) -> None:
    order = await bought(opened, "0.40", "0.50")
    assert await fail(opened, order)
    trade, position = await trade_of(opened, order), await opened.position(opened.strategies[0])
    assert (trade.status, trade.shares, trade.entry_price) == ("partial", Decimal(20), Decimal("0.5"))
    assert (position.shares, position.cost_amount) == (Decimal(20), Decimal("10.1"))
    assert (await opened.order(order)).settlement == "settling"


async def test_money_of_a_failed_fill_is_reserved_again_while_the_order_rests(opened: Desk) -> None:
    order = await bought(opened, "0.40", over=False)
    before = (await opened.order(order)).reserved_left
    assert await fail(opened, order)
    assert (await opened.order(order)).reserved_left == before + Decimal("8.1")


async def test_a_sale_that_fails_gives_its_shares_back_at_what_they_cost(opened: Desk) -> None:
    order = await bought(opened, "0.40", "0.50")
    before = await numbers(opened, opened.strategies[0])
    held = await opened.position(opened.strategies[0])
    sale = await sold(opened, "40")
    assert (await trade_of(opened, order)).status == "settled"
    assert await fail(opened, sale)
    assert await numbers(opened, opened.strategies[0]) == before
    trade, position = await trade_of(opened, order), await opened.position(opened.strategies[0])
    assert (trade.status, trade.exit_price, trade.pnl, trade.closed_at) == ("filled", None, None, None)
    assert (position.id, position.shares, position.cost_amount) == (held.id, Decimal(40), held.cost_amount)
    assert (position.closed_at, position.realised_pnl) == (None, Decimal(0))


async def test_a_part_of_a_sale_that_fails_leaves_the_average_of_the_other_part(opened: Desk) -> None:
    order = await bought(opened, "0.40", "0.40")
    await sold(opened, "10", "0.50")
    after_one = await trade_of(opened, order)
    sale = await sold(opened, "10", "0.70")
    assert await fail(opened, sale)
    trade = await trade_of(opened, order)
    assert (trade.exit_price, trade.pnl) == (after_one.exit_price, after_one.pnl)


async def test_a_sale_fails_after_its_entry_went_on_into_the_next_position(opened: Desk) -> None:
    entry = await bought(opened, "0.40", over=False)
    sale = await sold(opened, "20", "0.60")

    async def more(session: WriteSession, locked: Order) -> None:
        await book_fills(session, locked, [fill_of(entry, "10", "0.40", index=1)], now(), final=False)

    await in_order(opened, entry, more)
    assert (await opened.position(opened.strategies[0])).sequence == 2
    assert await fail(opened, sale)
    position = await opened.position(opened.strategies[0])
    assert (position.sequence, position.shares, position.closed_at) == (2, Decimal(30), None)
    (lot,) = await lots(opened, entry)
    assert (lot.position_id, lot.shares_left, lot.cost_left) == (
        position.id,
        Decimal(30),
        position.cost_amount,
    )
    assert (await opened.wallet(opened.strategies[0])).settling_amount == 0


async def test_proceeds_that_were_spent_before_the_sale_failed_are_a_shortfall(opened: Desk) -> None:
    await bought(opened, "0.40")
    sale = await sold(opened, "20", "0.60", final=True)
    free = (await opened.wallet(opened.strategies[0])).available_amount
    async with opened.database.write() as session:
        assert await take_back(session, opened.transfer(str(free - 5)), opened.strategies[0]) is None
    async with opened.database.write() as session:
        fill = await session.get_one(OrderFill, (sale, f"{sale}-0"))
        fill.venue_status = "matched"
    assert await fail(opened, sale)
    wallet = await opened.wallet(opened.strategies[0])
    assert (wallet.available_amount, wallet.shortfall_amount) == (Decimal(0), Decimal("6.9"))
    denied = await opened.plan(opened.strategies[0], "1")
    assert await opened.reserve(denied) == "denied"
    async with opened.database.write() as session:
        assert await give(session, opened.transfer("50"), opened.strategies[0]) is None
    assert (await opened.wallet(opened.strategies[0])).shortfall_amount == 0
    assert await opened.faults() == []


async def test_shares_that_were_sold_and_never_came_are_kept_apart_until_their_sale_fails_too(
    opened: Desk,
) -> None:
    before = await numbers(opened, opened.strategies[0])
    order = await bought(opened, "0.40")
    sale = await sold(opened, "20")
    assert await fail(opened, order)
    wallet = await opened.wallet(opened.strategies[0])
    # The refund of 8.1 covers what is owed for the 20 shares that were sold: it is not there to be spent.
    assert (wallet.available_amount, wallet.settling_amount) == (before[0] - Decimal("8.1"), Decimal("11.9"))
    assert await fail(opened, sale)
    assert await numbers(opened, opened.strategies[0]) == before
    assert await lots(opened, order) == []


async def test_a_confirmed_sale_is_available_and_its_order_settled(opened: Desk) -> None:
    order = await bought(opened, "0.40")
    sale = await sold(opened, "20")
    assert (await opened.wallet(opened.strategies[0])).settling_amount == Decimal("11.9")

    async def confirm(session: WriteSession, locked: Order) -> bool:
        return await advance_fill(session, locked, f"{locked.id}-0", "confirmed", now())

    for each in (order, sale):
        assert await in_order(opened, each, confirm)
        assert not await in_order(opened, each, confirm)
        assert (await opened.order(each)).settlement == "settled"
    wallet = await opened.wallet(opened.strategies[0])
    assert (wallet.settling_amount, wallet.available_amount) == (Decimal(0), Decimal(500) + usdc("3.8"))
    assert await opened.faults() == []


async def test_an_offer_shrinks_when_the_shares_behind_it_never_came(opened: Desk) -> None:
    order = await bought(opened, "0.40", "0.50")
    sale = await opened.sale(opened.strategies[0], "30")
    assert await opened.reserve(sale) == "reserved"
    assert await fail(opened, order)
    position, row = await opened.position(opened.strategies[0]), await opened.order(sale)
    assert (position.shares, position.offered_shares, row.shares) == (Decimal(20), Decimal(20), Decimal(20))
