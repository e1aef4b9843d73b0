"""The guard of one position without its workflow, on a desk: what it plans is carried out as the order's own steps do it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities.position_guard import PositionGuard
from contracts.exit import GuardInput, NextExit
from db.models import ExitRequest, Order, Position
from db.repositories import exit_requests, position_exits
from db.repositories.order_settlement import book_sale, money_of, release_rest
from db.repositories.strategy_start import positions_to_guard
from db.session import WriteSession
from tests.desk import Desk, fill_of, in_order, now


class Guarding:
    """The one position of a desk, and its guard without its workflow."""

    def __init__(self, desk: Desk, position: Position) -> None:
        self.desk, self.position_id, self.strategy = desk, position.id, position.strategy_id
        self.ahead = timedelta(0)
        self.guard = PositionGuard(desk.database, desk.markets, lambda: datetime.now(UTC) + self.ahead)

    async def look(self) -> NextExit:
        given = GuardInput(position_id=self.position_id, strategy_id=self.strategy)
        return await ActivityEnvironment().run(self.guard.next_exit, given)

    async def ask(self, rule: str, **wish: Any) -> ExitRequest:
        async with self.desk.database.write() as session:
            position = await position_exits.lock_for_exit(session, self.position_id)
            assert position is not None
            asked = {"persistent": rule != "user", "reason": f"{rule} says so", "now": now(), **wish}
            return await exit_requests.request_exit(session, position, rule=rule, **asked)

    async def request(self, request: ExitRequest) -> ExitRequest:
        async with self.desk.database.read() as session:
            return await session.get_one(ExitRequest, request.id)

    async def is_guarded(self) -> bool:
        """Whether the round that keeps workflows alive looks after it."""
        async with self.desk.database.read() as session:
            guarded = await positions_to_guard(session, now())
        return self.position_id in {each.position_id for each in guarded}

    async def position(self) -> Position:
        async with self.desk.database.read() as session:
            return await session.get_one(Position, self.position_id)

    async def faults(self) -> list[str]:
        """Of these books: other tests of this database write rows by hand."""
        own = (str(self.position_id), str(self.strategy), str(self.desk.user))
        return [fault for fault in await self.desk.faults() if any(known in fault for known in own)]

    async def sales(self) -> list[Order]:
        async with self.desk.database.read() as session:
            rows = await session.scalars(
                select(Order).where(Order.position_id == self.position_id).order_by(Order.created_at)
            )
            return list(rows)

    async def carry_out(self, order_id: UUID, part: str = "1", price: str = "0.50") -> None:
        """As the order's own steps do it: reserve, sell `part` of it, give the rest back, final."""
        if await self.desk.reserve(order_id) != "reserved":
            return
        order = await self.desk.order(order_id)
        shares = (Decimal(order.shares or 0) * Decimal(part)).quantize(Decimal("0.01"))

        async def finish(session: WriteSession, locked: Order) -> None:
            if shares:
                fill = fill_of(order_id, str(shares), price)
                await book_sale(session, locked, fill, now())
            await release_rest(session, await money_of(session, locked), locked, now())
            locked.status = "filled" if shares else "cancelled"
            locked.status_reason = None if part == "1" else "the book had less than was asked for"
            locked.final_at = now()

        await in_order(self.desk, order_id, finish)
