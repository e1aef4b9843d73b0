"""What a running strategy does: executes on its own, obeys, counts, and never twice."""

import asyncio
from decimal import Decimal

import pytest

from api.temporal_gateway import RunRefused, WorkflowMissing
from db.models import (
    Order,
    StrategyContinuation,
    StrategyEvent,
    StrategyTrade,
    StrategyWallet,
    StrategyWatchlist,
)
from tests.engine import Engine
from tests.eventually import eventually
from tests.workflows.graphs import trading, waiting, watching
from tests.workflows.held_evaluation import while_evaluating


async def test_a_started_strategy_executes_at_once_and_then_on_its_own(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    rows = await engine.executed(strategy, 3)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert {row.status for row in rows} == {"succeeded"}
    assert {row.trigger for row in rows} == {"schedule"}
    watched = await engine.rows(StrategyWatchlist, strategy)
    assert sorted(entry.market_id for entry in watched) == ["m1", "m2"]
    await engine.stop(strategy)


async def test_what_a_node_adds_is_stored_with_its_reason_and_numbers(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    for entry in await engine.rows(StrategyWatchlist, strategy):
        market = engine.markets.all[entry.market_id]
        assert entry.added_at.tzinfo is not None
        assert entry.reason
        assert entry.question == market.question
        assert Decimal(entry.details["volume"]) == market.volume
        assert Decimal(entry.details["price"]) == market.outcomes[0].price
        assert entry.details["number"] == 1
    await engine.stop(strategy)


async def test_stop_is_final_for_the_run_and_start_continues_the_numbering(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.stop(strategy)
    stopped = await engine.has_status(strategy, "stopped")
    assert stopped.next_execution_at is None
    with pytest.raises((WorkflowMissing, RunRefused)):
        await engine.run_now(strategy)
    await engine.start(strategy)
    rows = await engine.executed(strategy, 2)
    assert [row.number for row in rows] == [1, 2]
    assert [row.run_seq for row in rows] == [1, 2]
    await engine.stop(strategy)


async def test_a_paused_strategy_holds_and_a_resumed_one_goes_on(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.pause(strategy)
    await engine.has_status(strategy, "paused")
    held = (await engine.row(strategy)).last_number
    state = await engine.state(strategy)
    assert (state.status, state.next_execution_at) == ("paused", None)
    ran = await engine.run_now(strategy)
    assert ran.number == held + 1
    await engine.executed(strategy, held + 1)
    assert (await engine.state(strategy)).status == "paused"
    await engine.resume(strategy)
    await engine.executed(strategy, held + 2)
    events = [event.kind for event in await engine.rows(StrategyEvent, strategy)]
    assert [kind for kind in events if kind.startswith("strategy_")] == [
        "strategy_started",
        "strategy_paused",
        "strategy_resumed",
    ]
    await engine.stop(strategy)


async def test_paused_and_resumed_within_one_evaluation_it_goes_on(engine: Engine) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    before = (await engine.executed(strategy, 1))[-1].number
    await engine.resume_while_held(strategy)
    await engine.executed(strategy, before + 2)
    row = await engine.row(strategy)
    assert (row.status, row.last_number) == ("running", row.total_executions)
    assert "strategy_paused" not in [event.kind for event in await engine.rows(StrategyEvent, strategy)]
    await engine.stop(strategy)


async def test_run_now_is_answered_by_its_own_execution_when_the_one_it_joined_was_held(
    engine: Engine,
) -> None:
    strategy = await engine.create(watching(), interval_seconds=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    async with while_evaluating(engine, strategy, desired_state="paused"):
        answer = await engine.run_now(strategy)
    assert answer.coalesced
    rows = await engine.executed(strategy, answer.number)
    assert [row.trigger for row in rows if row.number == answer.number] == ["run_now"]
    await engine.stop(strategy)


async def test_run_now_answers_the_same_request_once_and_coalesces_others(engine: Engine) -> None:
    strategy = await engine.create(watching())
    await engine.start(strategy)
    await engine.executed(strategy, 1)

    async def idle() -> bool:
        return not (await engine.state(strategy)).executing

    await eventually(idle)
    first, again = await asyncio.gather(engine.run_now(strategy, "r1"), engine.run_now(strategy, "r1"))
    assert first.number == again.number == 2
    await engine.executed(strategy, 2)
    assert (await engine.run_now(strategy, "r1")).number == 2
    burst = await asyncio.gather(*(engine.run_now(strategy) for _ in range(5)))
    # 2 only when its activity's answer is still on its way: then that execution is in progress.
    assert {answer.number for answer in burst} <= {2, 3, 4}
    await engine.executed(strategy, max(answer.number for answer in burst))
    await engine.stop(strategy)


async def test_a_trade_becomes_one_order_one_trade_and_exact_books(engine: Engine) -> None:
    strategy = await engine.create(trading("100"), allocation="500")
    await engine.start(strategy)

    async def settled() -> bool:
        trades = await engine.rows(StrategyTrade, strategy)
        entries = await engine.rows(StrategyWatchlist, strategy)
        return (
            len(trades) == 2
            and all(t.status == "filled" for t in trades)
            and all(e.removed_at for e in entries)
        )

    await eventually(settled)
    trades = {trade.market_id: trade for trade in await engine.rows(StrategyTrade, strategy)}
    # 100 dollars at 0.405 = 246.9135 shares (four decimals); fee = shares × 0.04 × p(1 − p), five decimals.
    assert trades["m1"].shares == Decimal("246.9135")
    assert trades["m1"].fee == Decimal("2.37999")
    assert trades["m1"].cost == Decimal("246.9135") * Decimal("0.405") + Decimal("2.37999") + Decimal(
        "0.0000005"
    )
    wallet = (await engine.rows(StrategyWallet, strategy))[0]
    assert wallet.reserved_amount == 0
    assert wallet.deployed_amount == sum(trade.cost for trade in trades.values())
    assert wallet.available_amount == 500 - wallet.deployed_amount

    async def counted() -> bool:
        # The books know it a moment before the workflow does.
        return (await engine.state(strategy)).counts.active_trades == 2

    await eventually(counted)
    await engine.stop(strategy)


async def test_an_order_beyond_the_allocation_is_denied_with_the_numbers(engine: Engine) -> None:
    strategy = await engine.create(trading("400"), allocation="500")
    await engine.start(strategy)

    async def final() -> list[Order]:
        orders = await engine.rows(Order, strategy)
        return orders if len(orders) == 2 and all(order.final_at for order in orders) else []

    by_status = {order.status: order for order in await eventually(final)}
    assert by_status["denied"].status_rule == "allocation"
    assert "available" in (by_status["denied"].status_reason or "")
    assert len(await engine.rows(StrategyTrade, strategy)) == 1
    await engine.stop(strategy)


async def test_many_denials_of_one_execution_are_one_entry_on_the_timeline(engine: Engine) -> None:
    strategy = await engine.create(trading("400"), allocation="10")
    await engine.start(strategy)

    async def all_denied() -> bool:
        orders = await engine.rows(Order, strategy)
        return len(orders) == 2 and all(order.status == "denied" for order in orders)

    await eventually(all_denied)
    told = [
        event.timeline for event in await engine.rows(StrategyEvent, strategy) if event.kind == "order_denied"
    ]
    assert sorted(told) == [False, True]
    await engine.stop(strategy)


async def test_stop_drops_what_waits_and_pause_holds_it(engine: Engine) -> None:
    strategy = await engine.create(waiting(minutes=60))
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    await engine.pause(strategy)
    await engine.has_status(strategy, "paused")
    assert [c.status for c in await engine.rows(StrategyContinuation, strategy)] == ["waiting"]
    await engine.stop(strategy)
    await engine.has_status(strategy, "stopped")
    assert [c.status for c in await engine.rows(StrategyContinuation, strategy)] == ["dropped"]


async def test_an_unwell_venue_degrades_and_never_sends_to_error(engine: Engine) -> None:
    strategy = await engine.create(watching(), error_after=1)
    await engine.start(strategy)
    await engine.executed(strategy, 1)
    engine.markets.unavailable = "the venue answers 503"
    await engine.run_now(strategy)
    rows = await engine.executed(strategy, 2, within=40)
    assert (rows[-1].status, rows[-1].error_kind) == ("failed", "market_data")
    state = await engine.state(strategy)
    assert state.status == "running"
    assert state.degraded
    engine.markets.unavailable = None
    await engine.run_now(strategy)
    await engine.executed(strategy, 3)
    assert not (await engine.state(strategy)).degraded
    kinds = [event.kind for event in await engine.rows(StrategyEvent, strategy)]
    assert kinds.count("strategy_degraded") == 1
    assert kinds.count("strategy_recovered") == 1
    await engine.stop(strategy)
