"""One bad row, an engine or a database that is away: the others are guarded, and what triggered is not forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import insert, text, update
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.price_watch import PriceWatch
from activities.workflow_calls import WorkflowCalls
from contracts.exit import GuardInput
from contracts.price_watch import PriceWatchInput
from db.models import Order, PositionExit
from db.repositories.exit_triggers import Triggered, trigger
from db.session import Database
from tests.desk import now
from tests.engine import QUICK_WATCH
from tests.eventually import eventually
from tests.fixed_feed import FixedFeed
from tests.price_watching import WatchedDesk, parts_for, rule, watching

STOP = rule("stop_loss", ratio="0.1")


@pytest.fixture
def desk(watched_desk: WatchedDesk) -> WatchedDesk:
    return watched_desk


@pytest.fixture
def client(temporal_client: Client) -> Client:
    return temporal_client


class HangingCalls(WorkflowCalls):
    """An engine that takes every word and never answers."""

    async def wake_guard(self, guard: GuardInput) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def locked(desk: WatchedDesk, *tables: str) -> AsyncIterator[None]:
    """Nobody gets at these tables until the block ends."""
    async with desk.database.write() as session:
        for table in tables:
            await session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield


async def test_an_engine_that_is_away_does_not_keep_exits_from_being_written(
    desk: WatchedDesk, client: Client
) -> None:
    many = [rule("stop_loss", f"stop_loss_{number}", ratio="0.1", part_ratio="0.1") for number in range(12)]
    position = await desk.holding(*many)
    async with watching(parts_for(desk, client, calls=HangingCalls(client, "none"))):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.30")

        async def all_written() -> bool:
            return len(await desk.requests(position)) == len(many)

        await eventually(all_written, within=10)


async def test_a_trigger_that_is_given_back_is_judged_again(
    desk: WatchedDesk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.exit_asking.WRITE_TRIES", 1)
    position = await desk.holding(STOP)
    impatient = Database(desk.database._url, statement_timeout_ms=200)
    try:
        async with watching(parts_for(desk, client, database=impatient)) as watcher:
            await desk.is_watched()
            async with locked(desk, "exit_requests"):
                desk.price("0.30")
                desk.feed.say(desk.token, "0.30")

                async def given_back() -> bool:
                    return watcher.exits.next_due() is not None

                await eventually(given_back)
                assert not watcher.unwritten
            await desk.asked(position)
    finally:
        await impatient.close()


async def test_what_triggered_while_the_database_was_away_is_written_by_the_next_watcher(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    feeds = [FixedFeed(), desk.feed]
    parts = parts_for(desk, client)
    watch = PriceWatch(desk.database, desk.markets, feeds.pop, parts.calls, now, desk.source, 1, QUICK_WATCH)
    request = PriceWatchInput(shard=0)
    first = asyncio.create_task(ActivityEnvironment().run(watch.watch_prices, request))
    await desk.is_watched()
    async with locked(desk, "exit_requests", "price_watches"):
        desk.feed.say(desk.token, "0.30")
        desk.feed.say(desk.token, "0.45")
        with pytest.raises(ApplicationError, match="the database is away"):
            await first
    second = asyncio.create_task(ActivityEnvironment().run(watch.watch_prices, request))
    try:
        assert (await desk.asked(position)).evidence["best_bid"] == "0.3"
    finally:
        second.cancel()
        await asyncio.wait((second,))


async def test_a_rule_that_was_changed_before_its_trigger_was_written_sells_nothing(
    desk: WatchedDesk,
) -> None:
    position = await desk.holding(STOP)
    await desk.set_rules(position, rule("stop_loss", ratio="0.5"))
    row = await desk.exit_row(position, "stop_loss")
    async with desk.database.write() as session:
        outcome = await trigger(session, Triggered(position, STOP, row.sequence, "fell", {}, now()))
    assert (outcome.request_id, await desk.requests(position)) == (None, [])
    assert (await desk.exit_row(position, "stop_loss")).state == "armed"


async def test_an_exit_rule_that_cannot_be_read_leaves_the_others_watched(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    async with desk.database.write() as session:
        await session.execute(
            insert(PositionExit).values(
                position_id=position,
                rule="broken",
                settings={"kind": "nonsense"},
                origin="user",
                state="armed",
            )
        )
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.30")
        await desk.asked(position)


async def test_a_resting_order_that_cannot_be_read_leaves_positions_guarded(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    order = await desk.plan(desk.strategies[0], "10", desk.market, token_id=desk.token, source=desk.source)
    await _stands(desk, order, status="live", resting={"model": "nonsense"})
    try:
        async with watching(parts_for(desk, client)):
            await desk.is_watched()
            desk.feed.say(desk.token, "0.30")
            await desk.asked(position)
    finally:
        await _stands(desk, order, status="cancelled", resting=None, final_at=now())


async def _stands(desk: WatchedDesk, order: UUID, **values: object) -> None:
    async with desk.database.write() as session:
        await session.execute(update(Order).where(Order.id == order).values(**values))
