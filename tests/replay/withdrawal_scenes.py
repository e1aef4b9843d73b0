"""What is recorded of withdrawals, and of an order that is held while its strategy is paused."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from api.wind_down_strategies import wind_down_strategy
from api.withdrawals.begin_withdrawal import Beginning, begin_withdrawal
from api.withdrawals.cancel_withdrawal import cancel_withdrawal
from contracts.order import OrderInput
from db.models import Order, Withdrawal
from domain.graph.graph import Graph, Node
from domain.ids import order_workflow_id, withdrawal_workflow_id
from tests.desk import Desk, now
from tests.engine import Engine, patiently
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets
from tests.replay.scenes import Recorded
from tests.workflows.graphs import STREAM, chain, watching

RESTING = {"outcome": "Yes", "amount": "20", "order_type": "limit", "limit_price": "0.05"}


def _resting() -> Graph:
    return chain(STREAM, Node(id="buy", type="execute_trade", type_version=2, config=RESTING))


async def _holding(engine: Engine, graph: Graph | None = None) -> UUID:
    """Bought straight in the books: nobody started its guard."""
    strategy = await engine.create(graph or watching())
    desk = Desk(engine.database)
    desk.user, desk.markets = (await engine.row(strategy)).user_id, engine.markets
    await desk.bought(strategy, "40")
    return strategy


async def _withdraw(engine: Engine, strategy: UUID, hours: int = 24) -> UUID:
    user = (await engine.row(strategy)).user_id
    beginning = Beginning(user, strategy, uuid4(), hours, datetime.now(UTC))
    return (await begin_withdrawal(engine.database, engine.gateway, beginning)).id


async def _over(engine: Engine, withdrawal: UUID) -> Withdrawal:
    async def look() -> Withdrawal | None:
        async with engine.database.read() as session:
            row = await session.get_one(Withdrawal, withdrawal)
        await wind_down_strategy(engine.database, engine.gateway, row.strategy_id, now())
        return row if row.finished_at is not None else None

    found = await eventually(look, within=40)
    assert found is not None
    return found


async def withdrawn(engine: Engine) -> list[Recorded]:
    """Its first look cancels what rests and starts the guard; told that all is sold, it ends."""
    strategy = await _holding(engine, _resting())
    await engine.start(strategy)

    async def both_rest() -> bool:
        rows: list[Order] = await engine.rows(Order, strategy)
        return [row.status for row in rows if row.order_type == "limit"] == ["live", "live"]

    await eventually(both_rest)
    withdrawal = await _withdraw(engine, strategy)
    assert (await _over(engine, withdrawal)).status == "complete"
    return [Recorded("withdrawal-complete", withdrawal_workflow_id(withdrawal))]


async def _without_buyers(engine: Engine) -> tuple[UUID, UUID]:
    """(withdrawal, user): nobody bids for what it wants to sell."""
    strategy = await _holding(engine)
    user = (await engine.row(strategy)).user_id
    assert isinstance(engine.markets, FixedMarkets)
    engine.markets.all.clear()
    withdrawal = await _withdraw(engine, strategy)
    return withdrawal, user


async def withdrawal_cancelled(engine: Engine) -> list[Recorded]:
    withdrawal, user = await _without_buyers(engine)
    await patiently(lambda: engine.gateway.withdrawal_changed(withdrawal))
    await cancel_withdrawal(engine.database, engine.gateway, user, withdrawal, now())
    return [Recorded("withdrawal-cancelled", withdrawal_workflow_id(withdrawal))]


async def withdrawal_continued(engine: Engine) -> list[Recorded]:
    """Woken so often that it continues as new."""
    withdrawal, user = await _without_buyers(engine)
    workflow_id = withdrawal_workflow_id(withdrawal)
    first = (await engine.client.get_workflow_handle(workflow_id).describe()).run_id

    async def continued() -> bool:
        await engine.gateway.withdrawal_changed(withdrawal)
        return (await engine.client.get_workflow_handle(workflow_id).describe()).run_id != first

    await eventually(continued, every=0.2)
    await cancel_withdrawal(engine.database, engine.gateway, user, withdrawal, now() + timedelta(seconds=1))
    return [Recorded("withdrawal-continued", workflow_id, runs=2)]


async def order_held(engine: Engine) -> list[Recorded]:
    """Reserved while its strategy is paused, posted once it is resumed."""
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.pause(strategy)
    desk = Desk(engine.database)
    desk.user, desk.markets = (await engine.row(strategy)).user_id, engine.markets
    order = await desk.plan(strategy, number=7)
    await engine.gateway.start_order(OrderInput(order_id=order, strategy_id=strategy))

    async def status() -> str:
        async with engine.database.read() as session:
            return await session.scalar(select(Order.status).where(Order.id == order)) or ""

    async def reserved() -> bool:
        return await status() == "reserved"

    async def filled() -> bool:
        return await status() == "filled"

    await eventually(reserved)
    await engine.resume(strategy)
    await eventually(filled)
    await engine.stop(strategy)
    await engine.has_status(strategy, "stopped")
    return [Recorded("order-held", order_workflow_id(order))]
