"""Exit rules and requests in the books: who may replace what, and that a wish is written once."""

import asyncio
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from db.models import ExitRequest, Order, PositionExit
from db.repositories import exit_requests, position_exits
from db.repositories.open_positions import lock_position
from db.repositories.order_settlement import book_fills, finish
from db.session import WriteSession
from domain.portfolio.exit_rule import ExitRule
from tests.desk import Desk, fill_of, in_order, now

STOP = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.1"))
PROFIT = ExitRule(rule="take_profit", kind="take_profit", ratio=Decimal("0.5"))


def tighter(rule: ExitRule) -> ExitRule:
    return rule.model_copy(update={"ratio": Decimal("0.05")})


async def holding(desk: Desk) -> UUID:
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    await desk.bought(strategy, "40")
    return (await desk.position(strategy)).id


async def ask(desk: Desk, position_id: UUID, **wish: Any) -> ExitRequest:
    async with desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        asked = {"persistent": False, "reason": "asked by a test", "now": now(), **wish}
        return await exit_requests.request_exit(session, position, **asked)


async def change(desk: Desk, position_id: UUID, how: str, *given: Any) -> dict[str, PositionExit]:
    """`attach_exits`, `adopt_exits` or `set_exits`; the rules after it."""
    async with desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        await getattr(position_exits, how)(session, position, *given, now())
    async with desk.database.read() as session:
        return {row.rule: row for row in await position_exits.read_exits(session, position_id)}


async def test_an_order_replaces_rules_of_the_same_name_but_never_what_the_user_set(desk: Desk) -> None:
    position = await holding(desk)
    rules = await change(desk, position, "attach_exits", (STOP, PROFIT), "order:1")
    assert {rule.origin for rule in rules.values()} == {"order:1"}
    rules = await change(desk, position, "attach_exits", (tighter(STOP),), "order:2")
    assert rules["stop_loss"].settings["ratio"] == "0.05"
    assert rules["take_profit"].settings["ratio"] == "0.5"
    rules = await change(desk, position, "set_exits", (STOP,))
    assert [(rule.rule, rule.origin) for rule in rules.values()] == [("stop_loss", "user")]
    rules = await change(desk, position, "attach_exits", (tighter(STOP), PROFIT), "order:3")
    assert {name: (rule.settings["ratio"], rule.origin) for name, rule in rules.items()} == {
        "stop_loss": ("0.1", "user"),
        "take_profit": ("0.5", "order:3"),
    }


async def test_adopting_a_version_drops_rules_that_it_does_not_have(desk: Desk) -> None:
    position = await holding(desk)
    await change(desk, position, "attach_exits", (STOP, PROFIT), "order:1")
    rules = await change(desk, position, "adopt_exits", (tighter(STOP),), "version:2")
    assert [(rule.settings["ratio"], rule.origin) for rule in rules.values()] == [("0.05", "version:2")]


async def test_a_rule_that_did_not_change_keeps_its_peak_and_a_changed_one_takes_back_its_wish(
    desk: Desk,
) -> None:
    position = await holding(desk)
    await change(desk, position, "attach_exits", (STOP, PROFIT), "order:1")
    async with desk.database.write() as session:
        assert await lock_position(session, position) is not None
        for row in await position_exits.read_exits(session, position):
            row.peak_price, row.state, row.sequence = Decimal("0.7"), "triggered", 1
    asked = await ask(desk, position, rule="stop_loss", sequence=1, persistent=True)
    kept = await ask(desk, position, rule="take_profit", sequence=1, persistent=True)
    rules = await change(desk, position, "set_exits", (tighter(STOP), PROFIT))
    assert {name: (rule.state, rule.peak_price) for name, rule in rules.items()} == {
        "stop_loss": ("armed", Decimal("0.7")),
        "take_profit": ("triggered", Decimal("0.7")),
    }
    async with desk.database.read() as session:
        gone = await session.get_one(ExitRequest, asked.id)
        assert (gone.status, gone.failure) == ("withdrawn", "its rule was changed")
        assert [row.id for row in await exit_requests.open_requests(session, position)] == [kept.id]


async def test_a_rule_that_was_used_up_watches_again_from_now_on_when_a_person_sets_it(desk: Desk) -> None:
    position = await holding(desk)
    await change(desk, position, "attach_exits", (STOP,), "order:1")
    async with desk.database.write() as session:
        (row,) = await position_exits.read_exits(session, position)
        row.peak_price, row.sequence = Decimal("0.7"), 1
        await position_exits.switch_off(session, position, "stop_loss", now())
    rules = await change(desk, position, "set_exits", (STOP,))
    rule = rules["stop_loss"]
    assert (rule.state, rule.sequence, rule.peak_price, rule.origin) == ("armed", 1, None, "user")


async def test_the_same_sequence_asks_once_and_without_one_each_wish_is_the_next(desk: Desk) -> None:
    position = await holding(desk)
    asked = await asyncio.gather(*(ask(desk, position, rule="stop_loss", sequence=1) for _ in range(5)))
    assert len({request.id for request in asked}) == 1
    by_hand = await asyncio.gather(*(ask(desk, position, rule="user") for _ in range(3)))
    assert sorted(request.sequence for request in by_hand) == [1, 2, 3]


async def test_a_position_is_flattened_by_one_open_request(desk: Desk) -> None:
    position = await holding(desk)
    asked = await asyncio.gather(
        *(ask(desk, position, rule="flatten", persistent=True, reason=f"{n}") for n in range(4))
    )
    assert len({request.id for request in asked}) == 1
    async with desk.database.write() as session:
        (request,) = await exit_requests.open_requests(session, position)
        await exit_requests.withdraw(session, request, "not wanted", now())
    again = await ask(desk, position, rule="flatten", persistent=True)
    assert again.sequence == 2


async def _sell(session: WriteSession, order: Order, shares: str) -> None:
    await book_fills(session, order, [fill_of(order.id, shares)], now())
    await finish(session, order, "filled", now())


async def test_nothing_is_asked_of_a_closed_position(desk: Desk) -> None:
    position_id = await holding(desk)
    held = (await desk.position(desk.strategies[0])).shares
    sale = await desk.sale(desk.strategies[0], str(held))
    assert await desk.reserve(sale) == "reserved"
    await in_order(desk, sale, partial(_sell, shares=str(held)))
    request = await ask(desk, position_id, rule="stop_loss", sequence=1, persistent=True)
    assert (request.status, request.failure) == ("withdrawn", exit_requests.CLOSED)


@pytest.mark.parametrize(("rule", "left"), [(None, []), ("stop_loss", ["take_profit"])])
async def test_rules_are_switched_off(desk: Desk, rule: str | None, left: list[str]) -> None:
    position = await holding(desk)
    await change(desk, position, "attach_exits", (STOP, PROFIT), "order:1")
    async with desk.database.write() as session:
        await position_exits.switch_off(session, position, rule, now())
    async with desk.database.read() as session:
        rows = await position_exits.read_exits(session, position)
    assert [row.rule for row in rows if row.state == "armed"] == left
