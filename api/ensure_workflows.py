"""Starts every workflow that the books require and Temporal does not have: Postgres is enough to rebuild them all."""

import asyncio
from uuid import UUID

import structlog

from api.temporal_gateway import TemporalGateway, TemporalUnavailable, WorkflowMissing
from contracts.order import OrderInput
from db.repositories.strategy_start import alive_strategies, open_orders, strategy_input
from db.session import Database
from domain.ids import strategy_workflow_id

EVERY = 60.0
SOON = 5.0
"""Pause after a round that could not reach Temporal or the database."""

log = structlog.get_logger("api.ensure_workflows")


async def ensure_workflows(database: Database, gateway: TemporalGateway) -> int:
    """One idempotent round; how many workflows were started. Raises TemporalUnavailable when there is no answer."""
    async with database.read() as session:
        wanted = await alive_strategies(session)
        orders = await open_orders(session)
    running = await gateway.running_strategies()
    started = 0
    for strategy_id, desired, _ in wanted:
        seen = running.pop(strategy_workflow_id(strategy_id), None)
        if seen is None:
            started += await _start(database, gateway, strategy_id)
        elif seen != desired and not (desired == "running" and seen == "error"):
            await _remind(gateway, strategy_id, desired)
    for order_id, strategy_id in orders:
        await gateway.start_order(OrderInput(order_id=order_id, strategy_id=strategy_id))
    for workflow_id in running:
        await _stop_unwanted(gateway, UUID(workflow_id.removeprefix("strategy-")))
    return started


async def _start(database: Database, gateway: TemporalGateway, strategy_id: UUID) -> int:
    async with database.read() as session:
        start = await strategy_input(session, strategy_id)
    if start is None:
        return 0
    await gateway.start_strategy(start)
    return 1


async def _remind(gateway: TemporalGateway, strategy_id: UUID, desired: str) -> None:
    """A pause or resume that Temporal never heard of; harmless when it has."""
    try:
        await (gateway.pause(strategy_id) if desired == "paused" else gateway.resume(strategy_id))
    except WorkflowMissing:
        log.info("workflow ended meanwhile", strategy_id=str(strategy_id))


async def _stop_unwanted(gateway: TemporalGateway, strategy_id: UUID) -> None:
    try:
        state = await gateway.state(strategy_id)
        await gateway.stop(strategy_id, state.run_seq)
    except WorkflowMissing:
        log.info("workflow ended meanwhile", strategy_id=str(strategy_id))


async def keep_ensuring(database: Database, gateway: TemporalGateway) -> None:
    """Rounds forever: at once, then every minute, sooner after a round that failed."""
    while True:
        pause = EVERY
        began = asyncio.get_running_loop().time()
        try:
            started = await ensure_workflows(database, gateway)
            if started:
                log.info("workflows started", count=started)
        except TemporalUnavailable as error:
            log.warning("Temporal is not reachable", error=str(error))
            pause = SOON
        except Exception as error:
            # The round that keeps strategies alive must itself survive everything; the next one tries again.
            log.warning("a round failed", error=f"{type(error).__name__}: {error}"[:300])
            pause = SOON
        spent = asyncio.get_running_loop().time() - began
        await asyncio.sleep(max(1.0, pause - spent))
