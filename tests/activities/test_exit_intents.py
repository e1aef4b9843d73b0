"""An Exit Position node in an execution: one request and one order, and what waits behind its ports goes on or ends."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationActivities
from activities.position_guard import PositionGuard
from contracts.evaluation import Evaluate, Evaluated
from contracts.exit import GuardInput
from db.models import (
    ExitRequest,
    Order,
    Position,
    Strategy,
    StrategyContinuation,
    StrategyExecution,
    StrategyVersion,
)
from db.repositories.open_positions import lock_position
from db.repositories.positions import held_positions
from db.session import Database
from domain.graph.graph import Node
from tests.desk import Desk, now
from tests.workflows.graphs import STREAM, chain

SELLING = chain(
    STREAM,
    Node(id="sell", type="exit_position", config={"part": "percent", "percent": "50"}),
    Node(id="watch", type="add_to_watchlist", config={}),
    ports=("out", "closed"),
)


@pytest.fixture
async def desk(database: Database) -> Desk:
    made = Desk(database)
    await made.open("1000", "500")
    (strategy,) = made.strategies
    await made.bought(strategy, "40")
    version = uuid4()
    async with database.write() as session:
        await session.execute(
            insert(StrategyVersion).values(
                id=version, strategy_id=strategy, number=1, graph=SELLING.model_dump(mode="json")
            )
        )
        await session.execute(update(Strategy).where(Strategy.id == strategy).values(version_id=version))
    return made


async def evaluate(desk: Desk, number: int = 1, attempt: int = 1) -> Evaluated:
    made = EvaluationActivities(desk.database, desk.markets, "sandbox", lambda: datetime.now(UTC))
    request = Evaluate(
        strategy_id=desk.strategies[0],
        run_seq=1,
        number=number,
        trigger="schedule",
        scheduled_for=now(),
        at=now(),
    )
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    return await environment.run(made.evaluate, request)


async def look(desk: Desk, position: UUID) -> object:
    guard = PositionGuard(desk.database, desk.markets, lambda: datetime.now(UTC))
    given = GuardInput(position_id=position, strategy_id=desk.strategies[0])
    return await ActivityEnvironment().run(guard.next_exit, given)


async def test_one_execution_asks_once_and_names_the_guard_to_wake_however_often_it_runs(desk: Desk) -> None:
    position = await desk.position(desk.strategies[0])
    answers = [*(await asyncio.gather(*(evaluate(desk) for _ in range(3)))), await evaluate(desk, attempt=2)]
    assert {answer.guard_ids for answer in answers} == {(position.id,)}
    assert {answer.order_ids for answer in answers} == {()}
    async with desk.database.read() as session:
        (request,) = list(
            await session.scalars(select(ExitRequest).where(ExitRequest.position_id == position.id))
        )
        (sale,) = list(await session.scalars(select(Order).where(Order.position_id == position.id)))
        (waiting,) = list(
            await session.scalars(
                select(StrategyContinuation).where(StrategyContinuation.order_id == sale.id)
            )
        )
        execution = await session.get_one(StrategyExecution, (desk.strategies[0], 1, 0))
    assert (request.rule, request.persistent, request.order_id) == ("node:sell", False, sale.id)
    assert (sale.status, sale.side, sale.node_id, sale.exit_request_id) == (
        "planned",
        "SELL",
        "sell",
        request.id,
    )
    assert sale.shares == request.shares == (position.shares / 2).quantize(Decimal("0.000001"))
    assert (waiting.port, waiting.node_id) == ("closed", "sell")
    assert (execution.summary, execution.order_ids) == ("1 exit", [str(sale.id)])


async def test_the_guard_carries_out_the_order_that_the_execution_wrote(desk: Desk) -> None:
    position = await desk.position(desk.strategies[0])
    await evaluate(desk)
    await look(desk, position.id)
    async with desk.database.read() as session:
        (sale,) = list(await session.scalars(select(Order).where(Order.position_id == position.id)))
        (request,) = list(
            await session.scalars(select(ExitRequest).where(ExitRequest.position_id == position.id))
        )
    assert (request.status, request.order_id, request.attempts) == ("working", sale.id, 1)
    assert sale.shares == (position.shares / 2).quantize(Decimal("0.01"), rounding="ROUND_DOWN")


async def test_a_later_execution_takes_the_place_of_what_was_not_begun(desk: Desk) -> None:
    position = await desk.position(desk.strategies[0])
    await evaluate(desk, 1)
    await evaluate(desk, 2)
    await look(desk, position.id)
    async with desk.database.read() as session:
        requests = list(
            await session.scalars(
                select(ExitRequest)
                .where(ExitRequest.position_id == position.id)
                .order_by(ExitRequest.sequence)
            )
        )
        orders = [await session.get_one(Order, request.order_id) for request in requests]
        dropped = await session.scalar(
            select(StrategyContinuation.status).where(StrategyContinuation.order_id == orders[0].id)
        )
    assert [request.status for request in requests] == ["withdrawn", "working"]
    assert [order.status for order in orders] == ["denied", "planned"]
    assert orders[0].status_reason == "a later execution asked again"
    assert dropped == "dropped"


async def test_a_position_that_was_closed_while_the_graph_decided_lets_nothing_wait(desk: Desk) -> None:
    position = await desk.position(desk.strategies[0])
    held = await held_positions(desk.database.prepared, desk.strategies[0])
    assert [known.position_id for known in held] == [position.id]

    class ClosedMeanwhile(EvaluationActivities):
        """Another sale is booked between the decision and its record."""

        async def _commit(self, *given: object) -> Evaluated:
            async with desk.database.write() as session:
                locked = await lock_position(session, position.id)
                assert locked is not None
                locked.shares, locked.closed_at = Decimal(0), now()
            return await super()._commit(*given)  # type: ignore[arg-type]

    request = Evaluate(
        strategy_id=desk.strategies[0],
        run_seq=1,
        number=1,
        trigger="schedule",
        scheduled_for=now(),
        at=now(),
    )
    made = ClosedMeanwhile(desk.database, desk.markets, "sandbox", lambda: datetime.now(UTC))
    await ActivityEnvironment().run(made.evaluate, request)
    async with desk.database.read() as session:
        (sale,) = list(await session.scalars(select(Order).where(Order.position_id == position.id)))
        (waiting,) = list(
            await session.scalars(
                select(StrategyContinuation).where(StrategyContinuation.order_id == sale.id)
            )
        )
    assert (sale.status, sale.status_reason) == ("denied", "the position is closed")
    assert waiting.status == "dropped"


async def test_what_is_held_has_the_average_entry_price_of_the_shares_that_are_left(desk: Desk) -> None:
    (strategy,) = desk.strategies
    await desk.bought(strategy, "10", "m2")
    by_market = {held.market_id: held for held in await held_positions(desk.database.prepared, strategy)}
    assert set(by_market) == {"m1", "m2"}
    held = by_market["m2"]
    async with desk.database.read() as session:
        position = await session.get_one(Position, held.position_id)
    assert (held.shares, held.cost, held.position_id) == (
        position.shares,
        position.cost_amount,
        position.id,
    )
    assert held.entry_price.quantize(Decimal("0.00001")) == Decimal("0.605")
