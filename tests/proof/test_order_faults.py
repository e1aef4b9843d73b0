"""A fault between any two steps of input and output of an order's path, then the path again: one order, one trade, one ledger effect."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from contracts.order import OrderInput
from db.session import Database
from exchange.ports import MarketData
from tests.desk import Desk, now
from tests.proof.walk import Step, Story, walk


@pytest_asyncio.fixture(loop_scope="session")
async def connection(proof_address: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(proof_address)
    yield opened
    await opened.close()


def order_path(desk: Desk, order: UUID, database: Database, markets: MarketData) -> Sequence[Step]:
    """What an OrderWorkflow runs."""
    request = OrderInput(order_id=order, strategy_id=desk.strategies[0])
    activities = (
        OrderReservation(database, markets, now).reserve_order,
        OrderPosting(database, markets, now).post_order,
        OrderTracking(database, now).track_order,
    )
    return [lambda run=run: ActivityEnvironment().run(run, request) for run in activities]  # type: ignore[misc]


async def an_entry(desk: Desk) -> UUID:
    await desk.open("1000", "300")
    return await desk.plan(desk.strategies[0], "40")


async def test_a_fault_anywhere_on_the_way_of_an_entry_leaves_one_order_one_trade_and_one_ledger_effect(
    proof_database: Database, connection: asyncpg.Connection
) -> None:
    assert await walk(Story(an_entry, order_path), proof_database, connection, every=2) > 20
