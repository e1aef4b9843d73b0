"""Everything at once on a real database: entries, exits, cancellations, withdrawals and ended markets. No cap exceeded, no deadlock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import select

from db.models import Order, Position, Strategy
from db.repositories import orders
from db.repositories.allocations import rebalance
from db.repositories.exit_requests import request_exit
from db.repositories.order_cancellation import request_cancel
from db.repositories.position_exits import lock_for_exit
from db.repositories.withdrawals import begin_withdrawal
from db.session import Database
from domain.orders.next_step import next_step
from scripts.check_books import differences, read_rows
from tests.desk import Desk, now
from tests.ended_markets import end
from tests.proof.exposure_walk import caps_exceeded
from tests.proof.funded_desk import NEXT
from tests.proof.trading_floor import guard_step, order_step, resolution_round, withdrawal_look

OF_MARKET, OF_ALL = "0.03", "0.05"
TRIES = 200


@pytest_asyncio.fixture(loop_scope="session")
async def connection(proof_address: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(proof_address)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def wide_database(proof_address: str) -> AsyncIterator[Database]:
    """Connections enough for all at once: what is tested is the waiting for locks, not for connections."""
    pool = Database(proof_address, pool_size=60)
    yield pool
    await pool.close()


class Crowd:
    """Many that act at the same time for one user."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.desk = Desk(database)
        self.source = f"c{uuid4().hex}"
        self.chance = Random(seed)

    async def trade(self, order_id: UUID) -> None:
        """As the order's workflow, as far as it gets without waiting."""
        for _ in range(TRIES):
            order = await self.desk.order(order_id)
            name = NEXT.get(next_step(order.status, final=order.final_at is not None))
            if name is None:
                return
            resting = name == "follow" and order.cancel_requested_at is None
            await order_step(name, order)(self.database, self.desk.markets)
            if resting:
                return

    async def open_rows(self, model: Any, column: Any) -> list[Any]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(model).where(model.user_id == self.desk.user, column.is_(None))
            )
            return list(rows)

    async def sell(self) -> None:
        """Stop-loss, a person and a node press at once; each position's guard looks, several times beside itself."""
        for position in await self.open_rows(Position, Position.closed_at):
            await asyncio.gather(
                *(self._ask(position.id, rule) for rule in ("stop_loss", "user", "node:exit", "flatten"))
            )
            look = guard_step(position)
            await asyncio.gather(*(look(self.database, self.desk.markets) for _ in range(3)))
        sales = [order for order in await self.open_rows(Order, Order.final_at) if order.side == "SELL"]
        await asyncio.gather(*(self.trade(order.id) for order in sales for _ in range(2)))

    async def _ask(self, position: UUID, rule: str) -> None:
        async with self.database.write() as session:
            locked = await lock_for_exit(session, position)
            assert locked is not None
            await request_exit(session, locked, rule=rule, persistent=True, reason="test", now=now())

    async def cancel_some(self) -> None:
        for order in await self.open_rows(Order, Order.final_at):
            if self.chance.random() < 0.3:
                async with self.database.write() as session:
                    locked = await orders.lock_order(session, order.id)
                    if locked is not None:
                        await request_cancel(session, locked, "user", "not wanted any more", now())
                await self.trade(order.id)

    async def move_capital(self) -> None:
        for index in range(10):
            giver, taker = self.desk.strategies[index % 5], self.desk.strategies[(index + 1) % 5]
            async with self.database.write() as session:
                await rebalance(session, self.desk.transfer("7.5"), giver, taker)

    async def withdraw(self, strategy: UUID) -> None:
        async with self.database.write() as session:
            row = await session.get_one(Strategy, strategy, with_for_update=True)
            row.status = row.desired_state = "stopped"
            begun = await begin_withdrawal(session, row, uuid4(), now() + timedelta(days=1), now())
        for _ in range(2):
            await withdrawal_look(begun)(self.database, self.desk.markets)
            await self.sell()

    async def end_a_market(self) -> None:
        end(self.desk, "m2", "1")
        for _ in range(2):
            await resolution_round(self.source)(self.database, self.desk.markets)

    async def entries(self, count: int) -> list[UUID]:
        """Of five strategies: market and limit orders."""
        wanted = []
        for number in range(count):
            limit = {"order_type": "limit", "time_in_force": "GTC", "limit_price": Decimal("0.404")}
            wanted.append(
                await self.desk.plan(
                    self.desk.strategies[number % 5],
                    "20",
                    "m1" if number % 2 else "m2",
                    source=self.source,
                    **(limit if number % 5 == 3 else {}),
                )
            )
        return wanted


async def crowded_minute(database: Database, connection: asyncpg.Connection, seed: int) -> dict[str, Any]:
    crowd = Crowd(database, seed)
    await crowd.desk.open("10000", "300", "300", "300", "300", "300")
    await crowd.desk.limit(None, market_ratio_max=OF_MARKET, exposure_ratio_max=OF_ALL)
    first, second = await crowd.entries(50), await crowd.entries(20)
    async with asyncio.timeout(100):
        await asyncio.gather(*(crowd.trade(order) for order in first), crowd.move_capital())
        await asyncio.gather(
            *(crowd.trade(order) for order in second),
            crowd.move_capital(),
            crowd.sell(),
            crowd.cancel_some(),
            crowd.withdraw(crowd.desk.strategies[0]),
            crowd.end_a_market(),
        )
        await crowd.sell()
        await crowd.end_a_market()
    rows = await read_rows(connection, crowd.desk.user)
    assert differences(rows) == []
    assert caps_exceeded(rows, Decimal(OF_MARKET), Decimal(OF_ALL)) == []
    return dict(rows)


async def test_fifty_orders_beside_exits_cancellations_withdrawals_and_ended_markets_keep_every_cap(
    wide_database: Database, connection: asyncpg.Connection
) -> None:
    rows = await crowded_minute(wide_database, connection, 7)
    statuses = {(order["side"], order["status"]) for order in rows["orders"]}
    assert statuses >= {("BUY", "filled"), ("BUY", "denied"), ("SELL", "filled")}
    assert {order["status_rule"] for order in rows["orders"]} & {"market_exposure", "portfolio_exposure"}
    assert {position["close_reason"] for position in rows["positions"]} & {"sold", "written_off"}
    # The walk over the ledger sees what it should: with half the cap it would have something to say.
    assert caps_exceeded(rows, Decimal(OF_MARKET) / 2, Decimal(OF_ALL) / 2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_many_crowded_minutes_keep_every_cap(
    wide_database: Database, connection: asyncpg.Connection
) -> None:
    for seed in range(25):
        await crowded_minute(wide_database, connection, seed)
