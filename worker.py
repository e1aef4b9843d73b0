"""Composition root of the worker: settings → database, market data, activities → one Worker, until told to stop."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from activities.evaluation import EvaluationActivities
from activities.order_following import OrderFollowing
from activities.order_posting import OrderPosting
from activities.order_reservation import OrderReservation
from activities.order_tracking import OrderTracking
from activities.paper_venue import PaperTerms, PaperVenue
from activities.position_guard import PositionGuard
from activities.price_watch import PriceWatch
from activities.strategy_records import StrategyRecords
from activities.watch_parts import WatchPace
from activities.withdrawal import WithdrawalActivities
from activities.workflow_calls import WorkflowCalls
from config.logging import configure_logging
from config.settings import MarketSource, Settings
from db.session import Database
from exchange.feed import MarketFeed
from exchange.market_source import connect_market_data, connect_market_feed
from exchange.ports import MarketData
from formulas.engine import MATHJS_FILE, FormulaEngine
from formulas.errors import FormulaEngineUnavailable
from workflows.activity_options import PRICES_QUEUE_SUFFIX
from workflows.determinism import workflow_runner
from workflows.order import OrderWorkflow
from workflows.position_guard import PositionGuardWorkflow
from workflows.price_watch import PriceWatchWorkflow
from workflows.strategy import StrategyWorkflow
from workflows.withdrawal import WithdrawalWorkflow

log = structlog.get_logger("worker")

STICKY_LIMIT = timedelta(seconds=4)
"""How long a timer's work waits for a worker that was killed before another one takes it."""
CONNECT_PAUSE = 1.0
ALIVE_EVERY = 2.0
PRICES_POOL_SIZE = 6
WEB_DIST = Path(__file__).parent / "web" / "dist"
"""The web build also lays out mathjs, so that page and worker compute with the same file."""
WORKFLOWS = (
    StrategyWorkflow,
    OrderWorkflow,
    PositionGuardWorkflow,
    WithdrawalWorkflow,
    PriceWatchWorkflow,
)
Clock = Callable[[], datetime]
T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


async def connect(settings: Settings) -> Client:
    """Tries until Temporal answers: the worker may well start first."""
    while True:
        try:
            return await Client.connect(
                settings.temporal_address or "127.0.0.1:7233",
                namespace=settings.temporal_namespace,
                data_converter=pydantic_data_converter,
                api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
                tls=settings.temporal_tls,
            )
        except RuntimeError as error:
            log.warning("Temporal does not answer yet", error=str(error)[:200])
            await asyncio.sleep(CONNECT_PAUSE)


def activities_with(
    database: Database,
    markets: MarketData,
    source: str,
    clock: Clock,
    formulas: FormulaEngine | None = None,
    paper: PaperTerms = PaperTerms(),
) -> tuple[Callable[..., Any], ...]:
    """Every activity, with what it works on. `clock` tells the time that goes into the books."""
    evaluation = EvaluationActivities(database, markets, source, clock, formulas)
    venue = PaperVenue(markets, clock, paper)
    return (
        evaluation.evaluate,
        OrderReservation(database, markets, clock).reserve_order,
        OrderPosting(database, markets, clock, venue).post_order,
        OrderFollowing(database, markets, clock, venue).follow_order,
        OrderTracking(database, clock).track_order,
        PositionGuard(database, markets, clock).next_exit,
        StrategyRecords(database).record_status,
        WithdrawalActivities(database, clock).look_at_withdrawal,
    )


def build_worker(
    client: Client,
    settings: Settings,
    database: Database,
    markets: MarketData,
    source: str,
    clock: Clock = utc_now,
    formulas: FormulaEngine | None = None,
) -> Worker:
    """The one worker: evaluations, records and orders share its queue, so activities start without a round trip.

    Without `formulas`, executions of strategies that compute one fail and say so.
    """
    paper = PaperTerms(timedelta(milliseconds=settings.paper_latency_ms), settings.paper_queue)
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        activities=activities_with(database, markets, source, clock, formulas, paper),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_activities=50,
        sticky_queue_schedule_to_start_timeout=STICKY_LIMIT,
        graceful_shutdown_timeout=timedelta(seconds=20),
    )


def build_price_worker(
    client: Client,
    settings: Settings,
    database: Database,
    markets: MarketData,
    feeds: Callable[[], MarketFeed],
    source: str,
    clock: Clock = utc_now,
    pace: WatchPace | None = None,
) -> Worker:
    """Runs beside the other in the same process, on a queue of its own: watching prices never waits for a slot."""
    watch = PriceWatch(
        database,
        markets,
        feeds,
        WorkflowCalls(client, settings.task_queue),
        clock,
        source,
        settings.price_watch_shards,
        pace,
    )
    return Worker(
        client,
        task_queue=settings.task_queue + PRICES_QUEUE_SUFFIX,
        activities=[watch.watch_prices],
        max_concurrent_activities=settings.price_watch_shards + 1,
        graceful_shutdown_timeout=timedelta(seconds=2),
    )


async def run(settings: Settings) -> None:
    configure_logging(settings.log_level, settings.log_json)
    if settings.database_url is None:
        raise SystemExit("The worker needs CASCADIAN_DATABASE_URL; `cascadian up` sets it.")
    if settings.markets is MarketSource.AUTO:
        raise SystemExit(
            "The worker needs CASCADIAN_MARKETS=polymarket or sandbox; `cascadian up` decides it."
        )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    address = settings.database_url.get_secret_value()
    database = Database(address, settings.database_pool_size)
    # Watching prices never waits for a connection that executions hold.
    prices_database = Database(address, PRICES_POOL_SIZE)
    markets = connect_market_data(settings.markets.value, settings.sandbox_url)
    formulas = FormulaEngine(WEB_DIST / "engine" / MATHJS_FILE)
    try:
        await _start_formulas(formulas)
        client = await _unless_told(stop, connect(settings))
        if client is None:
            return
        source = settings.markets.value
        feeds = partial(connect_market_feed, source, settings.sandbox_url)
        async with (
            build_worker(client, settings, database, markets, source, formulas=formulas),
            build_price_worker(client, settings, prices_database, markets, feeds, source),
        ):
            log.info("worker polls", task_queue=settings.task_queue, source=settings.markets.value)
            await _say_ready_until(stop)
            log.info("worker drains")
    finally:
        await formulas.stop()
        await markets.close()
        await prices_database.close()
        await database.close()


async def _unless_told(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """None, and the work is given up, when the worker is told to stop before it is done."""
    working, told = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait((working, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.wait((working,))
    return None


async def _start_formulas(formulas: FormulaEngine) -> None:
    """Strategies without formulas need no engine, so the worker runs without it and says what is missing."""
    try:
        await formulas.start()
    except FormulaEngineUnavailable as unavailable:
        log.error("formulas cannot be computed", error=str(unavailable))


def _touch_ready_file() -> None:
    if path := os.environ.get("CASCADIAN_READY_FILE"):
        with suppress(OSError):
            Path(path).touch()


async def _say_ready_until(stop: asyncio.Event) -> None:
    """Touches the ready file again and again: one that grows old says that this loop hangs."""
    while not stop.is_set():
        _touch_ready_file()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), ALIVE_EVERY)


if __name__ == "__main__":
    asyncio.run(run(Settings()))
