"""Thirty days in the life of a strategy, with time skipped: at the end the books are exact."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from db.models import (
    Order,
    OrderFill,
    StrategyContinuation,
    StrategyEvent,
    StrategyTrade,
    StrategyWallet,
    StrategyWatchlist,
)
from db.session import Database
from tests.fixed_markets import a_market
from tests.simulation.simulation import Simulation
from tests.simulation.time_skipping import SimulatedMarkets, simulated_engine, time_skipping

DAYS = 30


async def live(simulation: Simulation, base: timedelta) -> None:
    """Pauses, resumes, edits, manual runs, dips in the price, stops and starts, at fixed days."""
    intervals = {5: base / 2, 6: base * 2, 9: base, 13: base * 2, 17: base, 19: base / 3, 20: base}
    began = await simulation.now()
    await simulation.start()
    for day in range(DAYS):
        if day in intervals:
            await simulation.edit(intervals[day])
        if day % 3 == 0:
            await dip(simulation)
        if day % 2 == 1:
            await pause_for_a_while(simulation, with_run=day % 4 == 3, edit=base if day == 23 else None)
        if day in (10, 21):
            await stop_while_something_waits(simulation)
        tomorrow = began + timedelta(days=day + 1)
        left = tomorrow - await simulation.now()
        if left > simulation.expected.interval * 2:
            await simulation.go_on_for(left - simulation.expected.interval * 2)
        await simulation.uptime_is_exact()


async def dip(simulation: Simulation) -> None:
    """The price falls, two slots and a manual run see it, and it recovers."""
    simulation.set_price("0.25")
    await simulation.go_on_for(simulation.expected.interval)
    await simulation.run_now()
    simulation.set_price("0.40")


async def pause_for_a_while(simulation: Simulation, with_run: bool, edit: timedelta | None) -> None:
    await simulation.pause()
    await simulation.go_on_for(timedelta(hours=3))
    if with_run:
        await simulation.run_now()
    if edit is not None:
        await simulation.edit(edit * 2)
        await simulation.edit(edit)
    await simulation.go_on_for(timedelta(hours=1))
    await simulation.resume()


async def stop_while_something_waits(simulation: Simulation) -> None:
    await dip(simulation)
    await simulation.stop()
    await simulation.go_on_for(timedelta(hours=2))
    await simulation.start()


async def check_executions(simulation: Simulation) -> None:
    executions = await simulation.executions()
    expected = simulation.expected.executions
    scheduled = [row for row in executions if row.step == 0]
    assert [row.number for row in scheduled] == list(range(1, len(expected) + 1))
    for row, wanted in zip(scheduled, expected, strict=True):
        assert (row.trigger, row.run_seq, row.version_id) == (
            wanted.trigger,
            wanted.run_seq,
            wanted.version_id,
        )
        if wanted.scheduled_for is not None:
            assert row.scheduled_for == wanted.scheduled_for
        assert (row.status, row.missed_before, row.on_time) == ("succeeded", 0, True)
        assert len(row.order_ids) == int(wanted.buys)
        assert row.started_at >= row.scheduled_for
    assert len({(row.number, row.step) for row in executions}) == len(executions)


async def check_books(simulation: Simulation) -> None:
    engine, strategy = simulation.engine, simulation.strategy
    row = await engine.row(strategy)
    total = len(simulation.expected.executions)
    assert (row.last_number, row.total_executions, row.successful_executions) == (total, total, total)
    entries = await engine.rows(StrategyWatchlist, strategy)
    active = [entry.market_id for entry in entries if entry.removed_at is None]
    assert sorted(active) == sorted(set(active)) == ["m1", "m2"]
    trades = await engine.rows(StrategyTrade, strategy)
    counts = (await engine.state(strategy)).counts
    assert counts.model_dump() == {
        "total_executions": total,
        "successful_executions": total,
        "failed_executions": 0,
        "watchlist_size": len(active),
        "active_trades": sum(trade.status == "filled" for trade in trades),
    }


async def check_money(simulation: Simulation) -> None:
    engine, strategy = simulation.engine, simulation.strategy
    orders = await engine.rows(Order, strategy)
    trades = await engine.rows(StrategyTrade, strategy)
    wallet = (await engine.rows(StrategyWallet, strategy))[0]
    bought = sum(execution.buys for execution in simulation.expected.executions)
    by_status = Counter(order.status for order in orders)
    assert len(orders) == bought
    # 250 dollars of allocation and a little over ten for each order, fee included: the 24th still fits.
    assert by_status == {"filled": 24, "denied": bought - 24}
    assert {trade.entry_order_id for trade in trades} == {o.id for o in orders if o.status == "filled"}
    assert len(trades) == 24
    async with engine.database.read() as session:
        for order in orders:
            if order.status == "filled":
                fill = await session.get_one(OrderFill, (order.id, f"{order.id}-0"))
                assert order.filled_amount == (fill.price * fill.shares).quantize(Decimal("0.000001"))
    spent = sum((trade.cost for trade in trades), Decimal(0))
    assert wallet.allocated_amount == 250
    assert (wallet.reserved_amount, wallet.deployed_amount) == (0, spent)
    assert wallet.available_amount == 250 - spent
    assert 0 <= wallet.available_amount < 11


async def check_continuations(simulation: Simulation) -> None:
    engine, strategy = simulation.engine, simulation.strategy
    continuations = await engine.rows(StrategyContinuation, strategy)
    executions = await simulation.executions()
    bought = sum(execution.buys for execution in simulation.expected.executions)
    waits = [c for c in continuations if c.node_id == "wait"]
    filled = [c for c in continuations if c.node_id == "buy"]
    assert (len(waits), len(filled)) == (bought, bought)
    assert simulation.dropped > 0
    assert Counter(c.status for c in waits) == {
        "done": bought - simulation.dropped,
        "dropped": simulation.dropped,
    }
    assert Counter(c.status for c in filled) == {"done": 24, "dropped": bought - 24}
    went_on = {(row.number, row.step): row for row in executions if row.step > 0}
    done = {(c.number, c.step): c for c in continuations if c.status == "done"}
    assert went_on.keys() == done.keys()
    begun = {row.number: row.started_at for row in executions if row.step == 0}
    for place, continuation in done.items():
        assert went_on[place].started_at >= continuation.due_at
        if continuation.node_id == "wait":
            assert continuation.due_at == begun[continuation.number] + simulation.wait


async def check_events(simulation: Simulation) -> None:
    events = Counter(event.kind for event in await simulation.engine.rows(StrategyEvent, simulation.strategy))
    executions = await simulation.executions()
    entries = await simulation.engine.rows(StrategyWatchlist, simulation.strategy)
    assert events["execution_finished"] == len(executions)
    assert events["strategy_started"] == simulation.stops + 1
    assert events["strategy_stopped"] == simulation.stops
    assert events["strategy_paused"] == events["strategy_resumed"] == simulation.pauses
    assert events["watchlist_added"] == len(entries)
    assert events["watchlist_removed"] == sum(entry.removed_at is not None for entry in entries)
    assert events["trade_executed"] == 24
    assert events["execution_failed"] == events["executions_missed"] == 0


async def thirty_days(database: Database, base: timedelta, continue_as_new_events: int) -> None:
    markets = SimulatedMarkets(a_market("m1"), a_market("m2", price="0.60"))
    async with (
        time_skipping() as environment,
        simulated_engine(environment, database, markets, continue_as_new_events) as engine,
    ):
        simulation = await Simulation.prepare(environment, engine, base)
        await live(simulation, base)
        await check_executions(simulation)
        await check_books(simulation)
        await check_money(simulation)
        await check_continuations(simulation)
        await check_events(simulation)
        await simulation.stop()
        lengths = [length for runs in simulation.runs for length in runs]
        assert len(lengths) >= 45
        assert max(lengths) <= continue_as_new_events + 60


@pytest.mark.timeout(300)
async def test_thirty_days_of_an_hourly_strategy_leave_exact_books(database: Database) -> None:
    await thirty_days(database, timedelta(hours=1), continue_as_new_events=120)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_thirty_days_at_five_minutes_leave_exact_books(database: Database) -> None:
    await thirty_days(database, timedelta(minutes=5), continue_as_new_events=150)
