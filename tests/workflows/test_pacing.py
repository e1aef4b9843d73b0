"""Closed hours, retries after failures, and how the watchlist is kept."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import update

from db.models import Order, StrategyEvent, StrategyVersion, StrategyWatchlist
from domain.graph.graph import Node
from domain.strategy.schedule_window import Schedule, Window
from domain.strategy.settings import ErrorPolicy, StrategySettings, WatchlistRules
from tests.engine import Engine
from tests.eventually import eventually
from tests.workflows.graphs import STREAM, chain, watching
from tests.workflows.test_error_policy import break_version


async def _settings(engine: Engine, strategy: UUID, settings: StrategySettings) -> None:
    """As if the version had been saved with these settings."""
    version = (await engine.row(strategy)).version_id
    async with engine.database.write() as session:
        await session.execute(
            update(StrategyVersion)
            .where(StrategyVersion.id == version)
            .values(settings=settings.model_dump(mode="json"))
        )


def _opens_in(hours: int) -> Schedule:
    opening = datetime.now(UTC) + timedelta(hours=hours)
    return Schedule(windows=(Window(start=time(opening.hour), end=time((opening.hour + 1) % 24)),))


async def test_outside_its_hours_a_strategy_waits_for_the_opening_and_run_now_runs_all_the_same(
    engine: Engine,
) -> None:
    strategy = await engine.create(watching(), interval_seconds=60)
    await _settings(engine, strategy, StrategySettings(schedule=_opens_in(3)))
    await engine.start(strategy)

    async def waits() -> datetime | None:
        return (await engine.row(strategy)).next_execution_at

    opening = await eventually(waits)
    assert opening is not None
    now = datetime.now(UTC)
    assert timedelta(hours=1) < opening - now < timedelta(hours=4)
    row = await engine.row(strategy)
    assert (row.status, row.last_number) == ("running", 0)
    assert (await engine.run_now(strategy)).number == 1
    rows = await engine.executed(strategy, 1)
    assert [r.trigger for r in rows] == ["run_now"]
    assert (await engine.state(strategy)).next_execution_at == opening
    await engine.stop(strategy)


async def test_keep_going_never_goes_to_error_and_retries_come_sooner_than_the_interval(
    engine: Engine,
) -> None:
    strategy = await engine.create(watching(), interval_seconds=3600, error_after=1)
    policy = ErrorPolicy(on_failure="keep_going", retries=2)
    await _settings(engine, strategy, StrategySettings(error_policy=policy))
    await break_version(engine, strategy)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    state = await engine.state(strategy)
    assert state.status == "running"
    assert state.next_execution_at is not None
    assert timedelta(0) < state.next_execution_at - datetime.now(UTC) <= timedelta(seconds=30)
    await engine.stop(strategy)


async def test_an_unwell_venue_is_asked_again_within_a_minute_whatever_the_interval(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=24 * 3600)
    engine.markets.unavailable = "the venue answers 503"
    await engine.start(strategy)
    await engine.executed(strategy, 1, within=60)
    state = await engine.state(strategy)
    assert state.degraded
    assert state.next_execution_at is not None
    assert state.next_execution_at - datetime.now(UTC) <= timedelta(minutes=1)
    engine.markets.unavailable = None
    await engine.stop(strategy)


async def test_a_full_watchlist_takes_nothing_more_and_says_so(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await _settings(engine, strategy, StrategySettings(watchlist=WatchlistRules(cap=1)))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    assert len(await engine.rows(StrategyWatchlist, strategy)) == 1
    full = [e for e in await engine.rows(StrategyEvent, strategy) if e.kind == "watchlist_full"]
    assert [e.message for e in full] == ["The watchlist is full (1 markets): 1 not added"]
    await engine.stop(strategy)


async def test_a_full_watchlist_says_so_once_until_there_was_room_again(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await _settings(engine, strategy, StrategySettings(watchlist=WatchlistRules(cap=1)))

    async def told() -> list[str]:
        events = await engine.rows(StrategyEvent, strategy)
        kinds = ("watchlist_added", "watchlist_full")
        return [event.kind.removeprefix("watchlist_") for event in events if event.kind in kinds]

    await engine.start(strategy)
    for number in (1, 2, 3):
        await engine.executed(strategy, number)
        await engine.run_now(strategy)
    await engine.executed(strategy, 4)
    assert await told() == ["added", "full"]
    async with engine.database.write() as session:
        (entry,) = await engine.rows(StrategyWatchlist, strategy)
        await session.execute(
            update(StrategyWatchlist)
            .where(StrategyWatchlist.id == entry.id)
            .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    for number in (5, 6):
        await engine.run_now(strategy)
        await engine.executed(strategy, number)
    assert await told() == ["added", "full", "added", "full"]
    await engine.run_now(strategy)
    await engine.executed(strategy, 7)
    assert await told() == ["added", "full", "added", "full"]
    await engine.stop(strategy)


async def test_what_a_full_watchlist_does_not_remember_is_not_bought(engine: Engine) -> None:
    add = Node(id="add", type="add_to_watchlist", config={})
    buy = Node(id="buy", type="execute_trade", config={"outcome": "Yes", "amount": "5"})
    new = Node(
        id="new",
        type="filter",
        config={"conditions": [{"metric": "on_watchlist", "op": "=", "value": "0"}]},
    )
    strategy = await engine.create(chain(STREAM, new, add, buy))
    await _settings(engine, strategy, StrategySettings(watchlist=WatchlistRules(cap=1)))
    await engine.start(strategy)
    for number in (1, 2, 3):
        await engine.executed(strategy, number)
        await engine.run_now(strategy)
    await engine.executed(strategy, 4)
    (entry,) = await engine.rows(StrategyWatchlist, strategy)
    assert [order.market_id for order in await engine.rows(Order, strategy)] == [entry.market_id]
    await engine.stop(strategy)


async def test_what_one_node_takes_off_a_later_one_puts_on_again(engine: Engine) -> None:
    remove = Node(id="remove", type="remove_from_watchlist", config={})
    strategy = await engine.create(chain(STREAM, remove, Node(id="add", type="add_to_watchlist", config={})))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.run_now(strategy)
    await engine.executed(strategy, 2)
    entries = await engine.rows(StrategyWatchlist, strategy)
    assert len(entries) == 4
    assert {entry.market_id for entry in entries if entry.removed_at is None} == {"m1", "m2"}
    assert (await engine.state(strategy)).counts.watchlist_size == 2
    await engine.stop(strategy)


async def test_entries_expire_except_pinned_ones_and_their_history_says_why(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    entries = await engine.rows(StrategyWatchlist, strategy)
    assert all(timedelta(days=6) < e.expires_at - e.added_at <= timedelta(days=7) for e in entries)
    async with engine.database.write() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        await session.execute(
            update(StrategyWatchlist)
            .where(StrategyWatchlist.strategy_id == strategy)
            .values(expires_at=past, pinned=StrategyWatchlist.market_id == "m2")
        )
    engine.markets.all.clear()
    await engine.run_now(strategy)
    await engine.executed(strategy, 2)
    by_market = {e.market_id: e for e in await engine.rows(StrategyWatchlist, strategy)}
    assert (by_market["m1"].removed_by, by_market["m1"].removed_reason) == ("expiry", "it expired")
    assert by_market["m2"].removed_at is None
    assert (await engine.state(strategy)).counts.watchlist_size == 1
    await engine.stop(strategy)
