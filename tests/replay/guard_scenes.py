"""What is recorded of guards, and of the orders and strategies that they sell for."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.models import ExitRequest, Order, Position
from db.repositories.exit_requests import request_exit
from db.repositories.position_exits import lock_for_exit
from domain.graph.graph import Graph, Node
from domain.ids import order_workflow_id, position_guard_workflow_id, strategy_workflow_id
from tests.desk import Desk, now
from tests.engine import Engine, patiently
from tests.eventually import eventually
from tests.fixed_markets import a_market
from tests.replay.scenes import Recorded
from tests.workflows.graphs import STREAM, chain, watching

SELLING = chain(
    STREAM,
    Node(id="sell", type="exit_position", config={}),
    Node(id="watch", type="add_to_watchlist", config={}),
    ports=("out", "closed"),
)


async def _holding(engine: Engine, graph: Graph | None = None) -> tuple[UUID, UUID]:
    """(strategy, position), bought straight in the books: nobody started its guard."""
    strategy = await engine.create(graph or watching())
    desk = Desk(engine.database)
    desk.user, desk.markets = (await engine.row(strategy)).user_id, engine.markets
    await desk.bought(strategy, "40")
    return strategy, (await desk.position(strategy)).id


async def _ask(engine: Engine, position_id: UUID, rule: str, **wish: Any) -> UUID:
    async with engine.database.write() as session:
        position = await lock_for_exit(session, position_id)
        assert position is not None
        asked = {"persistent": True, "reason": "recorded", "now": now(), **wish}
        return (await request_exit(session, position, rule=rule, **asked)).id


async def _wake(engine: Engine, strategy: UUID, position: UUID) -> None:
    await patiently(lambda: engine.gateway.wake_guard(position, strategy))


async def _sales(engine: Engine, position: UUID) -> list[Order]:
    async with engine.database.read() as session:
        rows = await session.scalars(
            select(Order).where(Order.position_id == position).order_by(Order.created_at)
        )
        return list(rows)


async def _closed(engine: Engine, position: UUID) -> None:
    async def look() -> bool:
        async with engine.database.read() as session:
            return (await session.get_one(Position, position)).closed_at is not None

    await eventually(look, within=40)


async def sold(engine: Engine) -> list[Recorded]:
    """A guard that watches is woken, sells, and ends with its position."""
    strategy, position = await _holding(engine)
    await _wake(engine, strategy, position)
    await _ask(engine, position, "stop_loss", sequence=1)
    await _wake(engine, strategy, position)
    await _closed(engine, position)
    (sale,) = await _sales(engine, position)
    return [
        Recorded("guard-sold", position_guard_workflow_id(position)),
        Recorded("order-sold", order_workflow_id(sale.id)),
    ]


async def tried_again(engine: Engine) -> list[Recorded]:
    """Nobody bids at the floor; a while later somebody does."""
    strategy, position = await _holding(engine)
    request = await _ask(engine, position, "stop_loss", sequence=1, price_floor=Decimal("0.9"))
    await _wake(engine, strategy, position)

    async def tried() -> bool:
        async with engine.database.read() as session:
            row = await session.get_one(ExitRequest, request)
        return row.status == "pending" and row.attempts == 1

    await eventually(tried)
    engine.markets.all["m1"] = a_market("m1", price="0.95")
    await _closed(engine, position)
    return [Recorded("guard-tried-again", position_guard_workflow_id(position))]


async def made_room(engine: Engine) -> list[Recorded]:
    """A limit order that rests is cancelled for a stop loss."""
    strategy, position = await _holding(engine)
    limit = {"order_type": "limit", "limit_price": Decimal("0.9"), "persistent": False}
    await _ask(engine, position, "user", **limit)
    await _wake(engine, strategy, position)

    async def rests() -> bool:
        return [sale.status for sale in await _sales(engine, position)] == ["live"]

    await eventually(rests)
    await _ask(engine, position, "stop_loss", sequence=1)
    await _wake(engine, strategy, position)
    await _closed(engine, position)
    resting, _ = await _sales(engine, position)
    return [
        Recorded("guard-made-room", position_guard_workflow_id(position)),
        Recorded("order-cancelled-sale", order_workflow_id(resting.id)),
    ]


async def node_sold(engine: Engine) -> list[Recorded]:
    """An Exit Position node sells through a guard that runs, and through one that the strategy has to start."""
    recorded = []
    for name, guarded in (("strategy-wakes-guard", True), ("strategy-starts-guard", False)):
        strategy, position = await _holding(engine, SELLING)
        if guarded:
            await _wake(engine, strategy, position)
        await engine.start(strategy)
        await _closed(engine, position)
        await engine.stop(strategy)
        await engine.has_status(strategy, "stopped")
        recorded.append(Recorded(name, strategy_workflow_id(strategy)))
    return recorded


async def guard_continued(engine: Engine) -> list[Recorded]:
    """A guard that continues as new every few words; needs an engine with a small limit."""
    strategy, position = await _holding(engine)
    await _wake(engine, strategy, position)
    handle = engine.client.get_workflow_handle(position_guard_workflow_id(position))
    first = (await handle.describe()).run_id

    async def continued() -> bool:
        await _wake(engine, strategy, position)
        return (await handle.describe()).run_id != first

    await eventually(continued)
    await _ask(engine, position, "stop_loss", sequence=1)
    await _wake(engine, strategy, position)
    await _closed(engine, position)
    return [Recorded("guard-continued", position_guard_workflow_id(position), runs=2)]
