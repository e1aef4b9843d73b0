"""A market ends under a running engine: resting orders go, the holder is paid, and the position's guard is over."""

from decimal import Decimal
from uuid import UUID

from temporalio.client import WorkflowExecutionStatus

from api.settle_resolutions import Round, settle_resolutions
from contracts.order import OrderInput
from domain.ids import order_workflow_id, position_guard_workflow_id
from tests.desk import Desk, now
from tests.ended_markets import end, new_market, say, standing, told
from tests.engine import Engine, patiently
from tests.eventually import eventually


async def begin(engine: Engine, order: UUID, strategy: UUID) -> None:
    await patiently(lambda: engine.gateway.start_order(OrderInput(order_id=order, strategy_id=strategy)))


async def comes_to(desk: Desk, order: UUID, status: str) -> None:
    async def look() -> bool:
        row = await desk.order(order)
        assert row.status == status, (row.status, row.status_reason)
        return True

    await eventually(look)


async def is_over(engine: Engine, workflow: str) -> bool:
    async def look() -> bool:
        described = await engine.client.get_workflow_handle(workflow).describe()
        return described.status == WorkflowExecutionStatus.COMPLETED

    return await eventually(look)


async def test_resting_orders_are_cancelled_by_their_workflows_then_the_holder_is_paid_and_the_guard_ends(
    engine: Engine,
) -> None:
    desk = Desk(engine.database)
    desk.markets = engine.markets
    await desk.open("2000", "500", "500")
    holder, waiting = desk.strategies
    market = new_market(desk)
    entry = await desk.plan(holder, "40", market)
    await begin(engine, entry, holder)
    await comes_to(desk, entry, "filled")
    held = await desk.position(holder)
    limit = {"order_type": "limit", "time_in_force": "GTC"}
    bid = await desk.plan(waiting, "30", market, limit_price=Decimal("0.20"), **limit)
    sale = {"side": "SELL", "shares": Decimal(20), "position_id": held.id, "limit_price": Decimal("0.90")}
    ask = await desk.plan(holder, "0", market, **sale, **limit)
    await begin(engine, bid, waiting)
    await begin(engine, ask, holder)
    await comes_to(desk, bid, "live")
    await comes_to(desk, ask, "live")

    async def look() -> Round:
        return await settle_resolutions(engine.database, engine.markets, engine.gateway, "sandbox", now())

    say(desk, market, "0.99", "proposed", "proposed")
    assert await look() == (1, 0, 0)
    end(desk, market, "1")
    assert (await look()).cancelled == 2
    for order in (bid, ask):
        await comes_to(desk, order, "cancelled")
        assert (await desk.order(order)).status_rule == "market_resolved"
        assert await is_over(engine, order_workflow_id(order))

    async def paid() -> bool:
        await look()
        return (await desk.position(holder)).closed_at is not None

    await eventually(paid)
    bought = await desk.order(entry)
    wallet = await desk.wallet(holder)
    assert wallet.realised_pnl == bought.filled_shares - bought.filled_amount - bought.fee
    assert wallet.available_amount == 500 + wallet.realised_pnl
    assert (await desk.wallet(waiting)).available_amount == 500
    assert (await standing(desk, market)).winner == "Yes"
    assert [kind for kind, _ in await told(desk, market)] == ["market_proposed", "market_resolved"]
    assert await is_over(engine, position_guard_workflow_id(held.id))
