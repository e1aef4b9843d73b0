"""What a guard leaves behind: rules that were set anew meanwhile, and sales that nobody began with."""

from decimal import Decimal

import pytest

from db.models import ExitRequest, Order, PositionExit
from db.repositories import exit_requests, position_exits
from db.repositories.exit_triggers import Triggered, trigger
from db.repositories.open_positions import lock_position
from db.session import Database
from domain.portfolio.exit_rule import ExitRule
from tests.desk import Desk, now
from tests.guarding import Guarding

STOP = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.1"))


@pytest.fixture
async def guarding(database: Database) -> Guarding:
    desk = Desk(database)
    await desk.open("1000", "500")
    await desk.bought(desk.strategies[0], "40")
    return Guarding(desk, await desk.position(desk.strategies[0]))


async def test_a_rule_that_is_set_anew_while_its_order_is_under_way_goes_on_watching(
    guarding: Guarding,
) -> None:
    half = STOP.model_copy(update={"part_ratio": Decimal("0.5")})
    for rule in (half, half.model_copy(update={"ratio": Decimal("0.3")})):
        async with guarding.desk.database.write() as session:
            position = await position_exits.lock_for_exit(session, guarding.position_id)
            assert position is not None
            await position_exits.set_exits(session, position, (rule,), now())
            if rule is half:
                asked = Triggered(position.id, half, 0, "the bid fell", {}, now())
                await trigger(session, asked)
        order_id = (await guarding.look()).order_id
    assert order_id is not None
    await guarding.carry_out(order_id)
    await guarding.look()
    async with guarding.desk.database.read() as session:
        row = await session.get_one(PositionExit, (guarding.position_id, "stop_loss"))
        assert (row.state, row.settings["ratio"]) == ("armed", "0.3")
        assert await exit_requests.open_requests(session, guarding.position_id) == []


async def test_a_closed_position_with_a_sale_that_is_only_planned_gets_its_guard_back(
    guarding: Guarding,
) -> None:
    node = await guarding.ask("node:exit", shares=Decimal(10), persistent=False)
    sale = await guarding.desk.sale(guarding.strategy, "10")
    async with guarding.desk.database.write() as session:
        (await session.get_one(Order, sale)).exit_request_id = node.id
        (await session.get_one(ExitRequest, node.id)).order_id = sale
        position = await lock_position(session, guarding.position_id)
        assert position is not None
        position.shares, position.closed_at = Decimal(0), now()
    assert await guarding.is_guarded()
    assert (await guarding.look()).over
    assert (await guarding.desk.order(sale)).status == "denied"
    assert not await guarding.is_guarded()
