"""The example workflows of the requirements, end to end on the sandbox: they do what their text says."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from db.models import StrategyContinuation, StrategyTrade, StrategyWatchlist
from launcher.postgres import EmbeddedPostgres
from tests.scenario.examples.requirement_graphs import (
    FLOW_1_INTERVAL_SECONDS,
    WAIT_HOURS,
    politics_momentum_bot,
    waits_before_it_trades,
    watchlist_builder,
    watchlist_to_trade,
)
from tests.scenario.examples.sandbox_process import Seen
from tests.scenario.examples.world import World, example_world

pytestmark = pytest.mark.timeout(180)
RISING, FALLING = Decimal("1.15"), Decimal("0.8")
INTERVAL = timedelta(seconds=FLOW_1_INTERVAL_SECONDS)


@pytest_asyncio.fixture(loop_scope="session")
async def world(postgres: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[World]:
    async with example_world(postgres, tmp_path) as running:
        yield running


async def script(world: World, market: Seen, change: Decimal) -> str:
    """The price becomes that of an hour ago times `change`; the market's id."""
    await world.sandbox.force(market, market.hour_ago * change)
    return market.id


async def watched(world: World, strategy: UUID) -> set[str]:
    return {entry["market_id"] for entry in await world.items(strategy, "watchlist")}


async def trades(world: World, strategy: UUID) -> dict[str, dict[str, Any]]:
    """By market; none was bought twice."""
    found = await world.items(strategy, "trades")
    by_market = {trade["market_id"]: trade for trade in found}
    assert len(by_market) == len(found)
    return by_market


def is_yes_for_100(trade: dict[str, Any]) -> None:
    assert (trade["outcome"], trade["status"], trade["source"]) == ("Yes", "filled", "sandbox")
    assert Decimal("98.5") < Decimal(trade["amount"]) <= 100, "what whole lots of shares cost"


async def test_section_4_puts_every_market_above_100k_on_the_watchlist_once(world: World) -> None:
    busy = [row["id"] for row in await world.sandbox.listing(100_000)]
    strategy = await world.create("Watchlist builder", watchlist_builder(), interval_seconds=300)
    await world.start(strategy)
    entries = await world.rows(StrategyWatchlist, strategy)
    assert len(busy) > 100
    assert {entry.market_id for entry in entries} >= set(busy[:150]), "Stream Markets gives the 200 busiest"
    assert all(Decimal(entry.details["volume"]) > 100_000 for entry in entries)
    said = (await world.sentences(strategy, 1, "filter"))[busy[0]]
    assert said.startswith("volume "), said
    assert "is above 100,000" in said
    first = {entry.market_id: entry.added_at for entry in entries if entry.removed_at is None}
    await world.pass_time(strategy, 3 * INTERVAL)
    later = [entry for entry in await world.rows(StrategyWatchlist, strategy) if entry.removed_at is None]
    assert len({entry.market_id for entry in later}) == len(later), "no duplicates"
    kept = {entry.market_id: entry.added_at for entry in later if entry.market_id in first}
    assert len(kept) > 100
    assert sum(first[known] == kept[known] for known in kept) >= len(kept) - 5, (
        "but for those that ended meanwhile"
    )
    executions = await world.items(strategy, "executions")
    assert len(executions) >= 3
    assert {row["status"] for row in executions} == {"succeeded"}


async def test_section_5_buys_what_has_momentum_and_volume_and_takes_it_off_the_watchlist_when_filled(
    world: World,
) -> None:
    markets = [market for market in await world.sandbox.busy_markets(100_000) if market.roomy]
    above = [market for market in markets if market.volume > 600_000]
    below = [market for market in markets if market.volume < 400_000]
    rising, calm, small = above[0], above[1], below[0]
    for market, change in ((rising, RISING), (calm, FALLING), (small, RISING)):
        await script(world, market, change)
    strategy = await world.create(
        "Watchlist to trade",
        watchlist_to_trade(),
        watch=[rising.id, calm.id, small.id],
        interval_seconds=300,
    )
    await world.start(strategy)
    bought = await trades(world, strategy)
    assert set(bought) == {rising.id}
    is_yes_for_100(bought[rising.id])
    assert await watched(world, strategy) == {calm.id, small.id}
    (removed,) = [e for e in await world.rows(StrategyWatchlist, strategy) if e.removed_at is not None]
    (trade,) = await world.rows(StrategyTrade, strategy)
    assert (removed.market_id, trade.market_id) == (rising.id, rising.id)
    assert removed.removed_at >= trade.filled_at, "only after the trade filled"
    assert "is below 0.05" in (await world.sentences(strategy, 1, "filter"))[calm.id]
    assert "500,000" in (await world.sentences(strategy, 1, "condition"))[small.id]
    await world.pass_time(strategy, 2 * INTERVAL)
    assert set(await trades(world, strategy)) - {calm.id} == {rising.id}, "bought once"


async def test_flow_1_watches_busy_politics_and_buys_yes_for_100_when_momentum_is_strong(
    world: World,
) -> None:
    politics = await world.sandbox.busy_markets(80_000, "politics")
    rising, later = [
        market
        for market in politics
        if market.roomy and market.volume > 110_000 and not market.shares_its_event
    ][:2]
    for market in politics:
        if market.shares_its_event:  # Pressing one down would lift its siblings.
            await world.sandbox.close(market)
        else:
            await script(world, market, RISING if market is rising else FALLING)
    politics = [market for market in politics if not market.shares_its_event]
    strategy = await world.create(
        "Politics Momentum Bot",
        politics_momentum_bot(),
        interval_seconds=FLOW_1_INTERVAL_SECONDS,
        allocation="500",
    )
    await world.start(strategy)
    on_list = await watched(world, strategy)
    assert on_list >= {market.id for market in politics if market.volume > 110_000}
    listed = {row["id"] for row in await world.sandbox.listing(100_000, "politics")}
    assert on_list <= listed, "Politics markets with volume > $100k and no others"
    await world.pass_time(strategy, INTERVAL * 3 / 2)
    bought = await trades(world, strategy)
    assert rising.id in bought
    assert later.id not in bought
    await world.sandbox.force(later, later.hour_ago * RISING)
    await world.pass_time(strategy, INTERVAL * 3 / 2)
    bought = await trades(world, strategy)
    assert {rising.id, later.id} <= set(bought), "and what else rose by itself"
    for market_id, trade in bought.items():
        is_yes_for_100(trade)
        said = (await world.sentences(strategy, trade["number"], "strong"))[market_id]
        assert said.startswith("1h momentum ")
        assert said.endswith(" is above 0.05")
    view = await world.call("GET", f"/api/strategies/{strategy}")
    assert 100 * len(bought) <= Decimal(view["allocation"]["deployed"]) + 1 < 108 * len(bought), "with fees"
    slots = sorted(
        datetime.fromisoformat(row["scheduled_for"]) for row in await world.items(strategy, "executions")
    )
    assert len(slots) >= 3
    assert {after - before for before, after in pairwise(slots[1:])} == {INTERVAL}, "every 5 minutes"


async def test_a_wait_of_two_hours_passes_before_the_trade_and_outlives_a_restart_of_the_worker(
    world: World,
) -> None:
    strong = [market for market in await world.sandbox.busy_markets(100_000) if market.roomy]
    stays, fades = strong[2], strong[3]
    for market in (stays, fades):
        await script(world, market, RISING)
    strategy = await world.create(
        "Waits", waits_before_it_trades(), watch=[stays.id, fades.id], interval_seconds=86_400
    )
    began = world.clock.now()
    await world.start(strategy)
    (waiting,) = await world.rows(StrategyContinuation, strategy)
    assert waiting.due_at - began >= timedelta(hours=WAIT_HOURS)
    await world.restart_worker()
    await world.pass_time(strategy, timedelta(hours=WAIT_HOURS) - timedelta(minutes=1))
    assert await trades(world, strategy) == {}
    for market in await world.sandbox.busy_markets(100_000):
        if market.id in (stays.id, fades.id):
            await script(world, market, RISING if market.id == stays.id else FALLING)
    await world.pass_time(strategy, timedelta(minutes=2))
    bought = await trades(world, strategy)
    assert set(bought) == {stays.id}
    is_yes_for_100(bought[stays.id])
    assert await watched(world, strategy) == {fades.id}
    (trade,) = await world.rows(StrategyTrade, strategy)
    assert trade.filled_at >= waiting.due_at
    said = await world.sentences(strategy, 1, "still")
    assert set(said) == {stays.id, fades.id}
