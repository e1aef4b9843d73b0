"""Commands beside each other and beside orders: no deadlock, nothing twice, and the books add up."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.problem import ApiProblem
from db.models import LedgerEntry, Withdrawal
from db.repositories.ledger_check import book_faults
from db.repositories.withdrawals import advance
from db.session import Database
from launcher.temporal_server import EmbeddedTemporal
from tests.desk import now
from tests.workflows.command_desk import CommandDesk, gateway_to, sell_all
from tests.workflows.graphs import watching

REFUSALS = ("already_stopped", "withdrawing", "winding_down", "not_running")


async def _allowed(doing: Coroutine[Any, Any, Any]) -> None:
    try:
        await doing
    except ApiProblem as refused:
        if refused.problem.code not in REFUSALS:
            raise


async def _entries(desk: CommandDesk, strategy: UUID) -> None:
    """Orders go on meanwhile, as far as they are let."""
    for _ in range(3):
        order = await desk.plan(strategy, "5")
        if await desk.reserve(order) == "reserved":
            await desk.fill(order)


async def test_all_commands_at_once_end_without_a_deadlock_and_the_books_add_up(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    desk = CommandDesk(own_database, gateway_to(temporal))
    for _ in range(3):
        strategy = await desk.running(watching())
        await desk.bought(strategy)
        await desk.in_status(strategy, "live")
        await desk.in_status(strategy, "unknown")
    work = [
        _allowed(command)
        for strategy in desk.strategies
        for command in (
            desk.give("flatten", strategy),
            desk.give("withdraw", strategy),
            desk.give("cancel", strategy),
            desk.give("pause", strategy),
            _entries(desk, strategy),
            desk.round(),
            desk.round(),
        )
    ]
    await asyncio.wait_for(asyncio.gather(*work, desk.trade("halted"), desk.trade("active")), 60)
    async with own_database.read() as session:
        assert await book_faults(session) == []


async def test_looks_of_a_withdrawal_beside_each_other_give_back_once(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    desk = CommandDesk(own_database, gateway_to(temporal))
    strategy = await desk.running()
    await desk.bought(strategy)
    await desk.give("withdraw", strategy)
    await asyncio.gather(*[desk.look(strategy) for _ in range(5)])
    await sell_all(desk, strategy)
    looks = await asyncio.gather(*[desk.look(strategy) for _ in range(5)])
    assert all(look.over for look in looks)
    row: Withdrawal = await desk.the(Withdrawal, strategy)
    money = await desk.wallet(strategy)
    assert (row.status, row.returned_amount) == ("complete", 500 + money.realised_pnl)
    async with own_database.read() as session:
        query = select(LedgerEntry.amount).where(
            LedgerEntry.kind == "taken_back", LedgerEntry.side == "debit", LedgerEntry.account == "cash"
        )
        returned = list(await session.scalars(query))
        assert len(returned) == 2
        assert sum(returned) == row.returned_amount
        assert await book_faults(session) == []


async def test_a_withdrawal_that_is_over_stays_as_it_ended(
    own_database: Database, temporal: EmbeddedTemporal
) -> None:
    desk = CommandDesk(own_database, gateway_to(temporal))
    strategy = await desk.running()
    await desk.bought(strategy)
    await desk.give("withdraw", strategy)
    row: Withdrawal = await desk.the(Withdrawal, strategy)
    for later in (timedelta(days=8), timedelta(days=9)):
        async with own_database.write() as session:
            await advance(session, row.id, now() + later)
        after: Withdrawal = await desk.the(Withdrawal, strategy)
        assert (after.status, len(after.reasons)) == ("partly_complete", 1)
        assert after.finished_at is not None
        assert after.finished_at < now() + timedelta(days=8, hours=1)
    assert await desk.exit_rules(strategy) == [("flatten", "withdrawn")]
