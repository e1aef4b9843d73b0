"""One user's trading, driven step by step through the product's own activities and repository functions, with faults on demand."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from contracts.order import OrderInput
from db.models import Order
from db.session import Database, WriteSession
from scripts.check_books import differences, read_rows
from tests.desk import Desk, now
from tests.proof.faults import Broken, Killed, Points, faulty

Answer = TypeVar("Answer")


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

    def activity(self, step: str, subject: UUID, fail_at: int | None) -> None:
        """Runs one activity, to its end or to the point where it fails; Temporal would run it again, and so may the caller."""
        points = Points(fail_at, Killed if (fail_at or 0) % 2 else Broken)
        database, markets = faulty(self.database, self.desk.markets, points)

        async def attempt() -> None:
            order = await self.desk.order(subject)
            request = OrderInput(order_id=subject, strategy_id=order.strategy_id)
            activities: dict[str, Callable[[OrderInput], Awaitable[Any]]] = {
                "reserve": OrderReservation(database, markets, now).reserve_order,
                "post": OrderPosting(database, markets, now).post_order,
                "track": OrderTracking(database, now).track_order,
            }
            try:
                await ActivityEnvironment().run(activities[step], request)
            except (Killed, ApplicationError):
                assert points.raised, "it failed of itself"

        self.run(attempt())

    def orders(self) -> list[Order]:
        """Oldest first."""

        async def read() -> list[Order]:
            async with self.database.read() as session:
                rows = await session.scalars(
                    select(Order).where(Order.user_id == self.desk.user).order_by(Order.created_at, Order.id)
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
        return total
