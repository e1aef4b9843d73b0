"""What the price watcher reads and writes: armed rules with their entry price, triggers written once, peaks that never fall."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from db.models import ExitRequest, MarketResolution, PositionExit, StrategyEvent
from db.repositories import position_exits
from db.repositories.armed_exits import Shard, armed_exits, holders_of, save_progress
from db.repositories.exit_triggers import Outcome, Triggered, trigger
from db.repositories.trading_states import set_state
from domain.market.shard import shard_of
from domain.money import Price
from domain.portfolio.exit_rule import ExitRule
from domain.portfolio.watched_exits import ArmedRule, Progress
from tests.desk import Desk, now

STOP = ExitRule(rule="stop_loss", kind="stop_loss", ratio=Decimal("0.1"), price_floor=Price(Decimal("0.05")))
TRAILING = ExitRule(
    rule="trailing_stop", kind="trailing_stop", ratio=Decimal("0.2"), part_ratio=Decimal("0.5")
)


async def holding(desk: Desk, *rules: ExitRule) -> UUID:
    """A position of two lots with rules."""
    await desk.open("1000", "500")
    (strategy,) = desk.strategies
    await desk.bought(strategy, "40")
    await desk.bought(strategy, "20")
    position = (await desk.position(strategy)).id
    await set_rules(desk, position, *rules)
    return position


async def set_rules(desk: Desk, position_id: UUID, *rules: ExitRule) -> None:
    async with desk.database.write() as session:
        position = await position_exits.lock_for_exit(session, position_id)
        assert position is not None
        await position_exits.set_exits(session, position, rules, now())


async def watched(desk: Desk, position: UUID) -> dict[str, ArmedRule]:
    found = await armed_exits(desk.database.prepared, Shard("sandbox"))
    return {one.armed.rule.rule: one.armed for one in found if one.armed.position_id == position}


async def ask(desk: Desk, position: UUID, rule: ExitRule = STOP, sequence: int = 0) -> Outcome:
    asked = Triggered(position, rule, sequence, "the best bid fell", {"best_bid": "0.3"}, now())
    async with desk.database.write() as session:
        return await trigger(session, asked)


async def requests(desk: Desk, position: UUID) -> list[ExitRequest]:
    async with desk.database.read() as session:
        rows = await session.scalars(
            select(ExitRequest).where(ExitRequest.position_id == position).order_by(ExitRequest.created_at)
        )
        return list(rows)


async def state_of(desk: Desk, position: UUID, rule: str) -> PositionExit:
    async with desk.database.read() as session:
        return await session.get_one(PositionExit, (position, rule))


async def test_an_armed_rule_comes_with_the_average_entry_price_without_fees(desk: Desk) -> None:
    position = await holding(desk, STOP)
    found = await watched(desk, position)
    # Bought at an ask of 0.405, fees on top.
    assert found["stop_loss"].guarded.entry_price == Decimal("0.405")
    assert found["stop_loss"].rule == STOP
    assert found["stop_loss"].sequence == 0
    row = await desk.position(desk.strategies[0])
    assert found["stop_loss"].guarded.opened_at == row.opened_at
    assert found["stop_loss"].token_id == row.token_id
    assert await holders_of(desk.database.prepared, [position]) == [desk.user]


async def test_rules_are_of_one_source_one_shard_and_the_tokens_asked_for(desk: Desk) -> None:
    position = await holding(desk, STOP)
    token = (await desk.position(desk.strategies[0])).token_id
    prepared = desk.database.prepared

    async def seen(shard: Shard, *tokens: str) -> bool:
        found = await armed_exits(prepared, shard, tokens or None)
        return position in {one.armed.position_id for one in found}

    assert not await seen(Shard("polymarket"))
    assert [number for number in range(3) if await seen(Shard("sandbox", number, 3))] == [shard_of(token, 3)]
    assert await seen(Shard("sandbox"), token)
    assert not await seen(Shard("sandbox"), "another")


async def test_a_trigger_asks_for_an_exit_and_disarms_the_rule(desk: Desk) -> None:
    position = await holding(desk, STOP, TRAILING)
    outcome = await ask(desk, position)
    (request,) = await requests(desk, position)
    assert outcome == Outcome(desk.strategies[0], request.id)
    assert (request.rule, request.sequence, request.status, request.persistent) == (
        "stop_loss",
        1,
        "pending",
        True,
    )
    assert (request.part_ratio, request.price_floor) == (None, Decimal("0.05"))
    assert request.evidence == {"best_bid": "0.3"}
    rule = await state_of(desk, position, "stop_loss")
    assert (rule.state, rule.sequence) == ("triggered", 1)
    assert (await watched(desk, position)).keys() == {"trailing_stop"}
    await ask(desk, position, TRAILING)
    assert (await requests(desk, position))[1].part_ratio == Decimal("0.5")
    async with desk.database.read() as session:
        events = await session.scalars(
            select(StrategyEvent.kind).where(StrategyEvent.strategy_id == desk.strategies[0])
        )
        assert list(events).count("exit_triggered") == 2


async def test_two_watchers_at_once_write_one_request(desk: Desk) -> None:
    position = await holding(desk, STOP)
    outcomes = await asyncio.gather(*(ask(desk, position) for _ in range(6)))
    (request,) = await requests(desk, position)
    assert {outcome.request_id for outcome in outcomes} == {request.id}


async def test_a_rule_armed_again_triggers_under_the_next_number(desk: Desk) -> None:
    position = await holding(desk, STOP)
    await ask(desk, position)
    async with desk.database.write() as session:
        locked = await position_exits.lock_for_exit(session, position)
        assert locked is not None
        await position_exits.switch_off(session, position, "stop_loss", now())
        await position_exits.set_exits(session, locked, (STOP,), now())
    (rule,) = (await watched(desk, position)).values()
    assert rule.sequence == 1
    assert (await ask(desk, position, sequence=0)).request_id == (await requests(desk, position))[0].id
    await ask(desk, position, sequence=1)
    assert [one.sequence for one in await requests(desk, position)] == [1, 2]


async def test_a_halt_that_stops_exits_holds_triggers_back(desk: Desk) -> None:
    position = await holding(desk, STOP)
    async with desk.database.write() as session:
        await set_state(session, desk.user, "halted", "test", now(), "stop")
    assert await ask(desk, position) == Outcome(desk.strategies[0], held=True)
    assert (await state_of(desk, position, "stop_loss")).state == "armed"
    async with desk.database.write() as session:
        await set_state(session, desk.user, "halted", "test", now(), "go_on")
    assert (await ask(desk, position)).request_id is not None


@pytest.mark.parametrize("gone", ["final", "switched off", "no such position"])
async def test_what_has_nothing_left_to_guard_does_not_trigger(desk: Desk, gone: str) -> None:
    position = await holding(desk, STOP)
    row = await desk.position(desk.strategies[0])
    async with desk.database.write() as session:
        if gone == "final":
            # The test's markets are shared by name: a market of its own, so that nobody else sees it end.
            row = await session.merge(row)
            row.market_id = f"m-{position}"
            seen = {"seen_at": now(), "changed_at": now(), "final_at": now()}
            known = {"condition_id": "0x", "question": "?", "state": "resolved", "payouts": {}}
            await session.execute(
                insert(MarketResolution).values(market_id=row.market_id, source="sandbox", **known, **seen)
            )
        elif gone == "switched off":
            await position_exits.switch_off(session, position, "stop_loss", now())
    asked = position if gone != "no such position" else UUID(int=position.int ^ 1)
    outcome = await ask(desk, asked)
    assert (outcome.request_id, outcome.held) == (None, False)
    assert await requests(desk, position) == []
    if gone == "final":
        assert await watched(desk, position) == {}


async def test_the_end_of_a_market_comes_with_its_rules(desk: Desk) -> None:
    position = await holding(desk, STOP)
    row = await desk.position(desk.strategies[0])
    ends_at = now() + timedelta(hours=3)
    async with desk.database.write() as session:
        row = await session.merge(row)
        row.market_id = f"m-{position}"
        await session.execute(
            insert(MarketResolution).values(
                market_id=row.market_id,
                source="sandbox",
                condition_id="0x",
                question="?",
                state="open",
                ends_at=ends_at,
                seen_at=now(),
                changed_at=now(),
            )
        )
    assert (await watched(desk, position))["stop_loss"].guarded.market_ends_at == ends_at


async def test_peaks_are_saved_upwards_only_and_a_waking_once(desk: Desk) -> None:
    position = await holding(desk, TRAILING)
    armed = (await watched(desk, position))["trailing_stop"]
    woken = now()

    async def save(peak: str, progress: Progress | None = None) -> frozenset[tuple[UUID, str]]:
        progress = progress or Progress(armed, Price(Decimal(peak)), woken)
        return await save_progress(desk.database.prepared, [progress])

    assert await save("0.5") == {armed.key}
    woken += timedelta(minutes=1)
    await save("0.4")
    kept = (await watched(desk, position))["trailing_stop"].memory
    assert (kept.peak, kept.activated_at) == (Decimal("0.5"), woken - timedelta(minutes=1))
    stale = Progress(replace(armed, sequence=7), Price(Decimal("0.9")), woken)
    assert await save("0.9", stale) == frozenset()


async def test_rows_that_somebody_holds_are_saved_next_time(desk: Desk) -> None:
    position = await holding(desk, TRAILING)
    armed = (await watched(desk, position))["trailing_stop"]
    progress = [Progress(armed, Price(Decimal("0.5")), None)]
    async with desk.database.write() as session:
        await session.execute(
            update(PositionExit).where(PositionExit.position_id == position).values(origin="user")
        )
        assert await save_progress(desk.database.prepared, progress) == frozenset()
    assert await save_progress(desk.database.prepared, progress) == {armed.key}


async def test_a_rule_taken_away_and_set_again_asks_under_a_number_of_its_own(desk: Desk) -> None:
    position = await holding(desk, STOP)
    await ask(desk, position)
    await set_rules(desk, position)
    await set_rules(desk, position, STOP)
    first = (await requests(desk, position))[0]
    assert (first.sequence, first.status) == (1, "withdrawn")
    sequence = (await watched(desk, position))["stop_loss"].sequence
    outcomes = await asyncio.gather(*(ask(desk, position, sequence=sequence) for _ in range(4)))
    again = (await requests(desk, position))[1:]
    assert [(one.sequence, one.status) for one in again] == [(2, "pending")]
    assert again[0].id in {outcome.request_id for outcome in outcomes}
    assert (await state_of(desk, position, "stop_loss")).state == "triggered"
