"""A sale that failed on the chain did not happen: who wanted to sell wants it again, and what watched watches again."""

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from db.models import ExitRequest, Order
from db.repositories import exit_requests, position_exits
from db.repositories.fill_settlement import reverse_fill
from db.repositories.order_settlement import book_fills, finish
from db.session import WriteSession
from domain.portfolio.exit_rule import ExitRule
from tests.desk import Desk, fill_of, in_order, now

STOP = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.1"))
PROFIT = ExitRule(rule="take_profit", kind="take_profit", ratio=Decimal("0.5"))


@pytest.fixture
async def holding(desk: Desk) -> UUID:
    """40 shares with two rules."""
    await desk.open("1000", "500")
    order = await desk.plan(desk.strategies[0], "40")
    assert await desk.reserve(order) == "reserved"

    async def fill(session: WriteSession, locked: Order) -> None:
        await book_fills(session, locked, [fill_of(order, "40")], now())
        await finish(session, locked, "filled", now())

    await in_order(desk, order, fill)
    position = (await desk.position(desk.strategies[0])).id
    async with desk.database.write() as session:
        locked = await position_exits.lock_for_exit(session, position)
        assert locked is not None
        await position_exits.attach_exits(session, locked, (STOP, PROFIT), f"order:{order}", now())
    return position


async def sold_for(desk: Desk, position_id: UUID, *, persistent: bool) -> tuple[UUID, UUID]:
    """(sale, request): the stop loss sold all of it, and the guard has ended what was open."""
    sale = await desk.sale(desk.strategies[0], "40")
    async with desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        request = await exit_requests.request_exit(
            session, position, rule="stop_loss", sequence=1, persistent=persistent, reason="test", now=now()
        )
        (await session.get_one(Order, sale)).exit_request_id = request.id
        (rule, *_) = await position_exits.read_exits(session, position_id)
        rule.state, rule.sequence = "triggered", 1
    assert await desk.reserve(sale) == "reserved"

    async def fill(session: WriteSession, locked: Order) -> None:
        await book_fills(session, locked, [fill_of(sale, "40")], now(), final=False)
        await finish(session, locked, "filled", now())

    await in_order(desk, sale, fill)
    async with desk.database.write() as session:
        row = await session.get_one(ExitRequest, request.id)
        row.shares_sold = Decimal(40)
        await exit_requests.end_request(session, row, "done", None, now())
        await position_exits.switch_off(session, position_id, None, now())
    return sale, request.id


@pytest.mark.parametrize(("persistent", "status"), [(True, "pending"), (False, "failed")])
async def test_what_tries_until_it_is_sold_is_wanted_again(
    desk: Desk, holding: UUID, persistent: bool, status: str
) -> None:
    sale, request = await sold_for(desk, holding, persistent=persistent)
    assert (await desk.position(desk.strategies[0])).closed_at is not None
    await in_order(desk, sale, partial(_fail, trade=f"{sale}-0"))
    position = await desk.position(desk.strategies[0])
    assert (position.id, position.shares, position.closed_at) == (holding, Decimal(40), None)
    async with desk.database.read() as session:
        row = await session.get_one(ExitRequest, request)
        states = {rule.rule: rule.state for rule in await position_exits.read_exits(session, holding)}
    assert (row.status, row.shares_sold) == (status, Decimal(0))
    assert states == {"stop_loss": "off", "take_profit": "armed"}
    assert await desk.faults() == []


async def _fail(session: WriteSession, order: Order, trade: str) -> bool:
    return await reverse_fill(session, order, trade, now())
