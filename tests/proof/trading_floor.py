"""One user's trading, driven step by step through the product's own activities and repository functions, with faults on demand."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from decimal import Decimal
from typing import Any, TypeVar, cast

import asyncpg
from sqlalchemy import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.position_guard import PositionGuard
from activities.withdrawal import WithdrawalActivities
from api.settle_resolutions import settle_resolutions
from contracts.exit import GuardInput
from contracts.order import OrderInput
from db.models import ExitRequest, Order, OrderFill, Position, Withdrawal
from db.repositories.withdrawals import withdrawal_input
from db.session import Database, WriteSession
from exchange.ports import MarketData
from exchange.venue import Venue
from scripts.check_books import differences, read_rows
from tests.api.conftest import dead_gateway
from tests.desk import Desk, now
from tests.proof.faults import Broken, Killed, Points, faulty

Answer = TypeVar("Answer")
Row = TypeVar("Row", Order, Position, ExitRequest, Withdrawal)
Activity = Callable[[Database, MarketData], Awaitable[Any]]
PAID = """SELECT coalesce(sum((data->>'paid')::numeric), 0) FROM strategy_events
WHERE user_id = $1 AND kind = 'market_resolved'"""
"""What ended markets paid, as the user was told."""
OWED = {"owed": 1, "not_owed": -1}
"""Kept back for shares that were sold and never came."""
STEPS = ("reserve", "post", "follow", "track")


def order_step(name: str, order: Order, venue: Venue | None = None) -> Activity:
    """One activity of the order's workflow, by its name. `venue` left out: the paper venue."""
    request = OrderInput(order_id=order.id, strategy_id=order.strategy_id)

    async def act(database: Database, markets: MarketData) -> None:
        steps: dict[str, Callable[[OrderInput], Awaitable[Any]]] = {
            "reserve": OrderReservation(database, markets, now).reserve_order,
            "post": OrderPosting(database, markets, now, venue).post_order,
            "follow": OrderFollowing(database, markets, now, venue).follow_order,
            "track": OrderTracking(database, now).track_order,
        }
        await ActivityEnvironment().run(steps[name], request)

    return act


def guard_step(position: Position) -> Activity:
    """The activity of the position's guard."""
    request = GuardInput(position_id=position.id, strategy_id=position.strategy_id)

    async def act(database: Database, markets: MarketData) -> None:
        await ActivityEnvironment().run(PositionGuard(database, markets, now).next_exit, request)

    return act


def resolution_round(source: str) -> Activity:
    """What the API does every half minute; nobody is told."""

    async def act(database: Database, markets: MarketData) -> None:
        gateway = dead_gateway()
        try:
            await settle_resolutions(database, cast(Any, markets), gateway, source, now())
        finally:
            await gateway.close()

    return act


def withdrawal_look(withdrawal: Withdrawal) -> Activity:
    """The activity of the withdrawal's workflow."""

    async def act(database: Database, markets: MarketData) -> None:
        looking = WithdrawalActivities(database, now).look_at_withdrawal
        await ActivityEnvironment().run(looking, withdrawal_input(withdrawal))

    return act


class Abandoned(Exception):
    """The transaction is given up before its commit, as when the process dies there."""


class TradingFloor:
    """Everything runs on a loop of its own: hypothesis is not asynchronous."""

    def __init__(self, address: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.database = Database(address)
        self.connection: asyncpg.Connection = self.run(asyncpg.connect(address))
        self.desk = Desk(self.database)

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.connection.close())
        self.run(self.database.close())
        self.loop.close()

    def new_desk(self, opening: str, *allocations: str) -> None:
        self.desk = Desk(self.database)
        self.run(self.desk.open(opening, *allocations))

    def write(self, work: Callable[[WriteSession], Awaitable[Answer]], *, crash: bool) -> Answer | None:
        """One transaction; with `crash` it is abandoned before its commit."""

        async def transaction() -> Answer | None:
            try:
                async with self.database.write() as session:
                    answer = await work(session)
                    if crash:
                        raise Abandoned
                    return answer
            except Abandoned:
                return None

        return self.run(transaction())

    def activity(self, act: Activity, fail_at: int | None = None) -> None:
        """Runs an activity to its end, or to the point where it fails: Temporal would run it again, and so may the caller."""
        points = Points(fail_at, Killed if (fail_at or 0) % 2 else Broken)

        async def attempt() -> None:
            try:
                await act(*faulty(self.database, self.desk.markets, points))
            except (Killed, Broken, ApplicationError):
                assert points.raised, "it failed of itself"

        self.run(attempt())

    def all(self, model: type[Row]) -> list[Row]:
        """All rows of this user."""

        async def read() -> list[Row]:
            async with self.database.read() as session:
                rows = await session.scalars(
                    select(model).where(model.user_id == self.desk.user).order_by(model.id)
                )
                return list(rows)

        return self.run(read())

    def fills(self) -> list[OrderFill]:
        """All of this user, oldest first."""

        async def read() -> list[OrderFill]:
            async with self.database.read() as session:
                rows = await session.scalars(
                    select(OrderFill)
                    .join(Order, Order.id == OrderFill.order_id)
                    .where(Order.user_id == self.desk.user)
                    .order_by(OrderFill.filled_at, OrderFill.order_id, OrderFill.index)
                )
                return list(rows)

        return self.run(read())

    def differences(self) -> list[str]:
        return differences(self.rows())

    def rows(self) -> dict[str, Any]:
        return dict(self.run(read_rows(self.connection, self.desk.user)))

    def worth(self) -> Decimal:
        """All money that is not in positions, and what the venue got less what it paid: always what came in."""
        rows = self.rows()
        total = sum((row["cash_amount"] for row in rows["accounts"]), Decimal(0))
        for row in rows["strategy_wallets"]:
            total += row["available_amount"] + row["reserved_amount"] + row["settling_amount"]
            total -= row["shortfall_amount"]
        for row in rows["orders"]:
            spent = row["filled_amount"] if row["side"] == "BUY" else -row["filled_amount"]
            total += spent + row["fee"]
        for row in rows["ledger_entries"]:
            if row["side"] == "debit":
                total += row["amount"] * OWED.get(row["kind"], 0)
        return total - Decimal(self.run(self.connection.fetchval(PAID, self.desk.user)))
