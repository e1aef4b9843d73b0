"""Asks every part at the same time and waits for none of them longer than the limit."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import text

from api.health.schemas import HealthView, PartName, PartView
from api.parts import ApiParts
from api.temporal_gateway import TemporalGateway
from db.repositories.price_watches import watch_trouble
from db.session import Database
from domain.market.query import MarketQuery
from exchange.errors import MarketDataRefused, MarketDataUnavailable
from exchange.market_data import CachedMarketData

SECONDS_MAX = 1.6
RECENT = timedelta(minutes=2)
# High enough that the venue has one page of such markets; the answer is cached, so health does not load the venue.
MARKETS_PROBE = MarketQuery(volume_min=Decimal(10_000_000), limit=1)

Probe = Callable[[], Awaitable[str | None]]
"""None when the part is well, else what is wrong with it."""


async def _database(database: Database) -> str | None:
    async with database.read() as session:
        await session.execute(text("SELECT 1"))
    return None


async def _temporal(gateway: TemporalGateway) -> str | None:
    return None if await gateway.healthy() else "Temporal does not answer"


async def _worker(gateway: TemporalGateway) -> str | None:
    return None if await gateway.worker_present() else "no worker asks for work"


async def _markets(market_data: CachedMarketData) -> str | None:
    try:
        await market_data.markets(MARKETS_PROBE)
    except (MarketDataUnavailable, MarketDataRefused) as error:
        return str(error)[:200]
    return None


async def _prices(database: Database, source: str) -> str | None:
    async with database.read() as session:
        return await watch_trouble(session, source)


async def check_health(parts: ApiParts) -> HealthView:
    """Answers within two seconds, whatever hangs."""
    probes: dict[PartName, Awaitable[str | None]] = {
        "database": _database(parts.database),
        "temporal": _temporal(parts.gateway),
        "worker": _worker(parts.gateway),
        "markets": _markets(parts.market_data),
        "prices": _prices(parts.database, parts.source),
    }
    tasks = {name: asyncio.ensure_future(probe) for name, probe in probes.items()}
    _, hanging = await asyncio.wait(tasks.values(), timeout=SECONDS_MAX)
    for task in hanging:
        # Not awaited: cancelling may itself wait for the network.
        task.cancel()
    views = {name: _view(name, task) for name, task in tasks.items()}
    if not views["markets"].ok and tasks["markets"] in hanging and _answered_recently(parts):
        views["markets"] = PartView(name="markets", ok=True, detail="slow to answer")
    return HealthView(
        status="ok" if all(view.ok for view in views.values()) else "degraded",
        version=parts.version,
        source=parts.source,
        parts=list(views.values()),
        time=parts.now(),
        temporal_ui_url=parts.temporal_ui_url,
    )


def _view(name: PartName, task: "asyncio.Future[str | None]") -> PartView:
    if not task.done():
        return PartView(name=name, ok=False, detail="does not answer in time")
    error = task.exception()
    if error is not None:
        return PartView(name=name, ok=False, detail=f"does not answer ({type(error).__name__})")
    return PartView(name=name, ok=task.result() is None, detail=task.result())


def _answered_recently(parts: ApiParts) -> bool:
    last = parts.market_data.stats.last_success_at
    return last is not None and parts.now() - last < RECENT
