"""The lease of a shard: one holder at a time, free soon after its holder died."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import text

from db.models import PriceWatch
from db.repositories.position_exits import lock_for_exit, set_exits
from db.repositories.price_watches import (
    FeedState,
    give_back_lease,
    last_alive,
    read_watches,
    record_feed,
    take_lease,
    watch_trouble,
)
from db.session import Database
from domain.portfolio.exit_rule import ExitRule
from tests.desk import Desk

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_shard() -> int:
    return uuid4().int % 10**9


async def take(database: Database, shard: int, holder: str) -> bool:
    async with database.write() as session:
        return await take_lease(session, shard, holder)


async def record(database: Database, shard: int, holder: str, feed: FeedState) -> FeedState | None:
    async with database.write() as session:
        return await record_feed(session, shard, holder, feed, "why", 7, NOW)


async def row(database: Database, shard: int) -> PriceWatch:
    async with database.read() as session:
        return next(watch for watch in await read_watches(session) if watch.shard == shard)


async def test_one_of_many_gets_the_lease_and_holds_it_on(database: Database) -> None:
    shard = a_shard()
    got = await asyncio.gather(*(take(database, shard, f"h{n}") for n in range(8)))
    assert got.count(True) == 1
    holder = f"h{got.index(True)}"
    assert await take(database, shard, holder)
    assert not await take(database, shard, "another")


async def test_a_lease_that_ran_out_or_was_given_back_is_free(database: Database) -> None:
    shard = a_shard()
    await take(database, shard, "dead")
    async with database.write() as session:
        await session.execute(
            text("UPDATE price_watches SET lease_until = now() - interval '1 second' WHERE shard = :shard"),
            {"shard": shard},
        )
    assert await take(database, shard, "next")
    async with database.write() as session:
        await give_back_lease(session, shard, "dead")
    assert not await take(database, shard, "third")
    async with database.write() as session:
        await give_back_lease(session, shard, "next")
    assert (await row(database, shard)).feed == "off"
    assert await take(database, shard, "third")


async def test_only_the_holder_says_how_the_feed_is(database: Database) -> None:
    shard = a_shard()
    await take(database, shard, "holder")
    assert await record(database, shard, "another", "live") is None
    assert await record(database, shard, "holder", "live") == "off"
    assert await record(database, shard, "holder", "fallback") == "live"
    watch = await row(database, shard)
    assert (watch.feed, watch.feed_reason, watch.tokens, watch.feed_since) == ("fallback", "why", 7, NOW)
    # The database is shared with tests of the API's health.
    async with database.write() as session:
        await give_back_lease(session, shard, "holder")


async def test_trouble_is_a_silent_feed_and_a_missing_watcher_where_one_is_relied_on(
    own_database: Database,
) -> None:
    async def trouble() -> str | None:
        async with own_database.read() as session:
            return await watch_trouble(session, "sandbox")

    assert await trouble() is None
    desk = Desk(own_database)
    await desk.open("1000", "500")
    await desk.bought(desk.strategies[0], "40")
    async with own_database.write() as session:
        position = await lock_for_exit(session, (await desk.position(desk.strategies[0])).id)
        assert position is not None
        stop = ExitRule.model_validate({"rule": "stop_loss", "kind": "stop_loss", "ratio": "0.1"})
        await set_exits(session, position, [stop], NOW)
    assert await trouble() == "nobody watches them"
    await take(own_database, 0, "holder")
    assert await trouble() is None
    await record(own_database, 0, "holder", "fallback")
    assert await trouble() == "asked for instead of told: why"


async def test_when_somebody_last_watched_is_known(database: Database) -> None:
    shard = a_shard()
    async with database.read() as session:
        assert await last_alive(session, shard) is None
    await take(database, shard, "holder")
    async with database.read() as session:
        seen = await last_alive(session, shard)
    assert seen is not None
    assert abs((datetime.now(UTC) - seen).total_seconds()) < 60
