"""docs/commands.md, cell by cell: what each command does to what is under way. The functions are the rows, the ids the columns.

The books are real, and so is Temporal, which nobody works for here: each step is made by the test.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from api.trading_state.set_trading_state import read_trading_state
from contracts.order import OrderInput
from db.models import StrategyContinuation, Withdrawal
from db.session import Database
from launcher.temporal_server import EmbeddedTemporal
from tests.desk import now
from tests.workflows.command_desk import CommandDesk, gateway_to, sell_all
from tests.workflows.graphs import waiting

COMMANDS = ("pause", "keep", "cancel", "flatten", "withdraw", "halt")


def cells(*expected: Any) -> pytest.MarkDecorator:
    """One test per column, in the order of COMMANDS."""
    return pytest.mark.parametrize(
        ("command", "expected"), list(zip(COMMANDS, expected, strict=True)), ids=COMMANDS
    )


@pytest_asyncio.fixture(loop_scope="session")
async def desk(database: Database, temporal: EmbeddedTemporal) -> AsyncIterator[CommandDesk]:
    gateway = gateway_to(temporal)
    yield CommandDesk(database, gateway)
    await gateway.close()


@cells("held", "dropped", "dropped", "dropped", "dropped", "held")
async def test_next_execution_and_continuations(desk: CommandDesk, command: str, expected: str) -> None:
    strategy = await desk.running(waiting(1))
    await desk.evaluate(strategy, 1, "schedule")
    before = await desk.the(StrategyContinuation, strategy)
    await desk.give(command, strategy)
    outcomes = {"pause": "held", "halt": "closed"}
    for trigger in ("schedule", "continuation"):
        answer = await desk.evaluate(strategy, 2, trigger, minutes=2)
        assert answer.outcome == outcomes.get(command, "superseded")
    after = await desk.the(StrategyContinuation, strategy)
    assert after.status == {"held": "waiting", "dropped": "dropped"}[expected]
    assert (after.items, after.due_at) == (before.items, before.due_at)
    assert (await desk.row(strategy)).last_number == 1


@cells("signing", "cancelled", "cancelled", "cancelled", "cancelled", "cancelled")
async def test_open_signature_requests(desk: CommandDesk, command: str, expected: str) -> None:
    strategy = await desk.running()
    order = await desk.in_status(strategy, "signing")
    await desk.give(command, strategy)
    assert (await desk.order(order)).status == expected


@cells("signed", "cancelled", "cancelled", "cancelled", "cancelled", "cancelled")
async def test_signed_and_not_yet_posting(desk: CommandDesk, command: str, expected: str) -> None:
    strategy = await desk.running()
    order = await desk.in_status(strategy, "signed")
    await desk.give(command, strategy)
    posting = OrderPosting(desk.database, desk.markets, now).post_order
    await ActivityEnvironment().run(posting, OrderInput(order_id=order, strategy_id=strategy))
    row = await desk.order(order)
    assert (row.status, row.halt_epoch) == (expected, None)
    assert (await desk.wallet(strategy)).reserved_amount == row.reserved_left


@pytest.mark.parametrize("status", ["posting", "unknown"])
@cells(None, None, "stopped", "stopped", "stopped", "trading_state")
async def test_posting_and_unknown(
    desk: CommandDesk, command: str, expected: str | None, status: str
) -> None:
    strategy = await desk.running()
    order = await desk.in_status(strategy, status)
    await desk.give(command, strategy)
    row = await desk.order(order)
    assert (row.status, row.final_at, row.cancel_rule) == (status, None, expected)
    assert (row.cancel_requested_at is not None) is (expected is not None)
    await _resolve(desk, strategy, order)
    sold = [("flatten", "pending")] if command in ("flatten", "withdraw") else []
    assert await desk.exit_rules(strategy) == sold


async def _resolve(desk: CommandDesk, strategy: UUID, order: UUID) -> None:
    """The venue had matched it; then the round looks."""
    await desk.fill(order)
    assert (await desk.order(order)).status == "filled"
    await desk.round()


@cells(None, "stopped", "stopped", "stopped", "stopped", "trading_state")
async def test_resting_entry_orders(desk: CommandDesk, command: str, expected: str | None) -> None:
    strategy = await desk.running()
    early = await desk.in_status(strategy, "live")
    late = await desk.in_status(strategy, "posting")
    await desk.give(command, strategy)
    await desk.move(late, "live")
    await desk.round()
    for order in (early, late):
        row = await desk.order(order)
        assert (row.status, row.cancel_rule) == ("live", expected)


@cells([], [], [], ["flatten"], ["flatten"], [])
async def test_guards_and_exits_of_positions(desk: CommandDesk, command: str, expected: list[str]) -> None:
    strategy = await desk.running()
    await desk.bought(strategy)
    await desk.give(command, strategy)
    assert [rule for rule, _ in await desk.exit_rules(strategy)] == expected
    sale = await desk.sale(strategy, "10")
    assert await desk.reserve(sale) == "reserved"
    await desk.round()
    assert [rule for rule, _ in await desk.exit_rules(strategy)] == expected


async def test_a_halt_told_to_stop_exits_stops_them_until_it_is_reset(desk: CommandDesk) -> None:
    strategy = await desk.running()
    await desk.bought(strategy)
    begun = await desk.sale(strategy, "10")
    assert await desk.reserve(begun) == "reserved"
    await desk.trade("halted", exits="stop")
    assert (await desk.order(begun)).status == "cancelled"
    refused = await desk.sale(strategy, "10")
    assert await desk.reserve(refused) == "denied"
    assert (await desk.order(refused)).status_rule == "trading_state"
    await desk.trade("active")
    allowed = await desk.sale(strategy, "10")
    assert await desk.reserve(allowed) == "reserved"


@cells("at once", "orders", "orders", "positions", "positions", "never")
async def test_done_when(desk: CommandDesk, command: str, expected: str) -> None:
    strategy = await desk.running()
    await desk.bought(strategy)
    order = await desk.in_status(strategy, "unknown")
    await desk.give(command, strategy)
    if command == "pause":
        assert (await desk.row(strategy)).desired_state == "paused"
        return
    await desk.round()
    assert not await _is_done(desk, command, strategy)
    await desk.fill(order)
    await desk.round()
    assert await _is_done(desk, command, strategy) is (expected == "orders")
    if command in ("flatten", "withdraw"):
        await sell_all(desk, strategy)
        await desk.round()
        if command == "withdraw":
            assert (await desk.look(strategy)).over
        assert await _is_done(desk, command, strategy)
    if command == "halt":
        view = await read_trading_state(desk.database, desk.user)
        assert (view.state, view.open_orders) == ("halted", [])


async def _is_done(desk: CommandDesk, command: str, strategy: UUID) -> bool:
    if command == "withdraw":
        return bool((await desk.the(Withdrawal, strategy)).finished_at)
    if command == "halt":
        # Only a person ends it: that nothing is open any more changes nothing.
        return (await read_trading_state(desk.database, desk.user)).state != "halted"
    return (await desk.row(strategy)).wound_down_at is not None


async def test_what_an_execution_in_progress_still_orders_after_a_stop_is_denied(desk: CommandDesk) -> None:
    strategy = await desk.running()
    await desk.give("keep", strategy)
    order = await desk.plan(strategy)
    reserving = OrderReservation(desk.database, desk.markets, now).reserve_order
    for _ in range(2):
        step = await ActivityEnvironment().run(reserving, OrderInput(order_id=order, strategy_id=strategy))
        assert (step.status, step.reason) == ("denied", "the strategy was stopped")
    assert (await desk.order(order)).status_rule == "stopped"


async def test_while_paused_only_what_a_person_ran_by_hand_is_posted(desk: CommandDesk) -> None:
    strategy = await desk.running()
    await desk.give("pause", strategy)
    await desk.evaluate(strategy, 1, "run_now")
    posting = OrderPosting(desk.database, desk.markets, now).post_order
    for number, expected in ((1, ("matched", False)), (2, ("reserved", True))):
        order = await desk.plan(strategy, number=number)
        assert await desk.reserve(order) == "reserved"
        step = await ActivityEnvironment().run(posting, OrderInput(order_id=order, strategy_id=strategy))
        assert (step.status, step.held) == expected
