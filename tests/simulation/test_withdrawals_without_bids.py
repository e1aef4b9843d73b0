"""A withdrawal that nobody buys from, on a server whose time is skipped: it waits, survives restarts, and gives up in time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from api.withdrawals.begin_withdrawal import Beginning, begin_withdrawal
from db.models import Position, Withdrawal
from db.session import Database
from domain.market.answers import BookAnswer
from tests.eventually import eventually
from tests.fixed_markets import a_market
from tests.simulation.time_skipping import SimulatedMarkets, simulated_engine, sleep_until, time_skipping
from tests.workflows.command_desk import CommandDesk


class Buyers(SimulatedMarkets):
    """Nobody bids until `at`, as the server's time goes."""

    at: datetime

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        found = await super().books(token_ids, max_age)
        return {token: self._without_bids(answer) for token, answer in found.items()}

    def _without_bids(self, answer: BookAnswer) -> BookAnswer:
        if answer.book is None or answer.observed_at >= self.at:
            return answer
        return answer.model_copy(update={"book": answer.book.model_copy(update={"bids": ()})})


async def withdrawn(
    database: Database, *, hours: int, bids_after: timedelta, workers: int
) -> tuple[CommandDesk, Withdrawal, Position]:
    """A strategy with one position, withdrawn for `hours`, by so many workers one after the other."""
    async with time_skipping() as environment:
        begun = await environment.get_current_time()
        markets = Buyers(a_market("m1"))
        markets.at = begun + bids_after
        length = timedelta(hours=hours, minutes=15)
        queue = f"test-{uuid4()}"
        async with simulated_engine(environment, database, markets, 60, queue) as engine:
            desk = CommandDesk(database, engine.gateway)
            strategy = await _begin(desk, hours, begun)
            await _skip(environment, begun + length / workers, desk, strategy)
        for part in range(2, workers + 1):
            async with simulated_engine(environment, database, markets, 60, queue):
                await _skip(environment, begun + length * part / workers, desk, strategy)
        return desk, await _over(desk, strategy), await desk.position(strategy)


async def _begin(desk: CommandDesk, hours: int, now: datetime) -> UUID:
    strategy = await desk.running()
    await desk.bought(strategy)
    # By itself: while a child runs, the server does not skip its parent's time.
    await desk.gateway.wake_guard((await desk.position(strategy)).id, strategy)
    await begin_withdrawal(desk.database, desk.gateway, Beginning(desk.user, strategy, uuid4(), hours, now))
    return strategy


async def _skip(
    environment: WorkflowEnvironment, moment: datetime, desk: CommandDesk, strategy: UUID
) -> None:
    async def meanwhile() -> None:
        return None

    if (await desk.the(Withdrawal, strategy)).finished_at is None:
        await sleep_until(environment, moment, meanwhile)


async def _over(desk: CommandDesk, strategy: UUID) -> Withdrawal:
    async def look() -> Withdrawal | None:
        row: Withdrawal = await desk.the(Withdrawal, strategy)
        return row if row.finished_at is not None else None

    found = await eventually(look)
    assert found is not None
    return found


async def _completes(database: Database, hours: int, bids_after: timedelta) -> None:
    desk, row, position = await withdrawn(database, hours=hours, bids_after=bids_after, workers=2)
    assert (row.status, row.reasons) == ("complete", [])
    assert row.finished_at is not None
    assert bids_after <= row.finished_at - row.requested_at < bids_after + timedelta(minutes=30)
    assert position.shares == 0
    wallet = await desk.wallet(row.strategy_id)
    assert wallet.available_amount == wallet.deployed_amount == wallet.reserved_amount == 0
    assert wallet.allocated_amount == -wallet.realised_pnl
    assert row.returned_amount == Decimal(500) + wallet.realised_pnl


async def _gives_up(database: Database, hours: int) -> None:
    later = timedelta(days=400)
    desk, row, position = await withdrawn(database, hours=hours, bids_after=later, workers=1)
    assert row.status == "partly_complete"
    assert row.finished_at is not None
    assert row.give_up_at <= row.finished_at < row.give_up_at + timedelta(minutes=1)
    assert len(row.reasons) == 1
    assert "shares of Yes in “Will m1 happen?” could not be sold since" in row.reasons[0]
    assert position.closed_at is None
    wallet = await desk.wallet(row.strategy_id)
    assert row.returned_amount == 500 - wallet.deployed_amount
    assert wallet.available_amount == 0
    assert await desk.exit_rules(row.strategy_id) == [("flatten", "withdrawn")]


async def test_a_withdrawal_waits_for_bids_over_hours_and_restarts_and_takes_everything_back(
    database: Database,
) -> None:
    await _completes(database, 4, timedelta(hours=2))


async def test_a_withdrawal_nobody_buys_from_gives_up_in_time_and_says_what_is_left(
    database: Database,
) -> None:
    await _gives_up(database, 1)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_withdrawal_waits_for_days(database: Database) -> None:
    await _completes(database, 168, timedelta(days=3))


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_a_withdrawal_gives_up_after_a_week(database: Database) -> None:
    await _gives_up(database, 168)
