"""Tells the engine what was just written. It is told again by `ensure_workflows` until it knows."""

import asyncio
from collections.abc import Awaitable, Iterable
from enum import StrEnum
from uuid import UUID

import structlog

from api.temporal_gateway import RunRefused, TemporalGateway, TemporalUnavailable, WorkflowMissing
from db.repositories.strategy_start import strategy_input
from db.repositories.untold import Untold, mark_told
from db.session import Database

SECONDS_MAX = 5.0

log = structlog.get_logger(__name__)


class Heard(StrEnum):
    """How the telling ended."""

    YES = "yes"
    MISSING = "missing"
    """Temporal answered: there is no such workflow."""
    UNREACHABLE = "unreachable"


async def tell(telling: Awaitable[None], strategy_id: UUID) -> Heard:
    """Never raises because the engine is away: what is wanted is in the books already."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            await telling
    except WorkflowMissing:
        return Heard.MISSING
    except (TemporalUnavailable, RunRefused, TimeoutError) as error:
        log.info(
            "engine_not_told", strategy_id=str(strategy_id), reason=f"{type(error).__name__}: {error}"[:200]
        )
        return Heard.UNREACHABLE
    return Heard.YES


async def tell_start(database: Database, gateway: TemporalGateway, strategy_id: UUID) -> Heard:
    """Starts the workflow with what the books say; also right when it runs already."""
    async with database.read() as session:
        start = await strategy_input(session, strategy_id)
    if start is None:
        return Heard.MISSING
    return await tell(gateway.start_strategy(start), strategy_id)


async def tell_orders(gateway: TemporalGateway, strategy_id: UUID, orders: Iterable[UUID]) -> Heard:
    """Workflows that cannot be told look by themselves, or are started by `ensure_workflows` and look then."""
    for order_id in orders:
        if await tell(gateway.order_changed(order_id), strategy_id) is Heard.UNREACHABLE:
            return Heard.UNREACHABLE
    return Heard.YES


async def tell_guards(gateway: TemporalGateway, strategy_id: UUID, positions: Iterable[UUID]) -> Heard:
    """The same of guards; one that is missing is started."""
    for position_id in positions:
        if await tell(gateway.wake_guard(position_id, strategy_id), strategy_id) is Heard.UNREACHABLE:
            return Heard.UNREACHABLE
    return Heard.YES


async def tell_published(database: Database, gateway: TemporalGateway, untold: Untold) -> Heard:
    """Tells the running workflow what was published. Unheard, the books keep it for the next round of
    `ensure_workflows`."""
    heard = await tell(gateway.publish_version(untold.strategy_id, untold.publish), untold.strategy_id)
    if heard is Heard.YES:
        async with database.write() as session:
            await mark_told(session, untold)
    return heard
