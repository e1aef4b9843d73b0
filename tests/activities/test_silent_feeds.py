"""A feed that shows nothing, stands still or says nothing at all: exits go on, and people are told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert
from temporalio.client import Client

from db.models import PriceWatch
from tests.desk import now
from tests.eventually import eventually
from tests.price_watching import WatchedDesk, parts_for, rule, watching

STOP = rule("stop_loss", ratio="0.1")


@pytest.fixture
def desk(watched_desk: WatchedDesk) -> WatchedDesk:
    return watched_desk


@pytest.fixture
def client(temporal_client: Client) -> Client:
    return temporal_client


async def test_prices_are_asked_for_where_the_feed_shows_none(desk: WatchedDesk, client: Client) -> None:
    position = await desk.holding(STOP)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.price("0.30")
        await desk.asked(position)


async def test_a_feed_that_stands_still_is_found_out_told_and_made_up_for(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.395", "0.395")
        desk.price("0.39")

        async def told() -> bool:
            return bool(await desk.events("feed_silent")) and bool(desk.feed.restarts)

        await eventually(told)
        desk.price("0.30")
        await desk.asked(position)
    (event,) = await desk.events("feed_silent")
    assert "the feed stands still" in event.message


async def test_an_alarm_is_not_over_because_another_watcher_begins(desk: WatchedDesk, client: Client) -> None:
    await desk.holding(STOP)
    parts = parts_for(desk, client)
    async with desk.database.write() as session:
        await session.execute(insert(PriceWatch).values(shard=parts.shard.number, feed="fallback"))
    desk.feed.trouble = "not connected yet"
    async with watching(parts) as watcher:
        await desk.is_watched()
        for _ in range(5):
            await watcher._alarm.look()
        assert await desk.events("feed_back") == []
        desk.feed.trouble = None

        async def back() -> bool:
            return len(await desk.events("feed_back")) == 1

        await eventually(back)


async def test_a_silent_feed_raises_an_alarm_and_its_return_is_told(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    parts = parts_for(desk, client)

    async def feed_is(state: str) -> bool:
        async with desk.database.read() as session:
            row = await session.get(PriceWatch, parts.shard.number)
            return row is not None and row.feed == state

    async with watching(parts):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.395")
        await eventually(lambda: feed_is("live"))
        desk.feed.silent_for, desk.feed.trouble = timedelta(seconds=30), "connection refused"
        await eventually(lambda: feed_is("fallback"))
        desk.feed.silent_for, desk.feed.trouble = timedelta(), None
        await eventually(lambda: feed_is("live"))
        desk.feed.silent_for = timedelta(seconds=30)
        desk.price("0.30")
        await desk.asked(position)
    told = [event.message for event in await desk.events("feed_silent")]
    assert any("connection refused" in message for message in told)
    assert len(await desk.events("feed_back")) == 1
    assert await feed_is("off")


async def test_what_the_price_did_while_it_was_unknown_lifts_the_peak(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(rule("trailing_stop", ratio="0.2"), opened_ago=timedelta(hours=3))
    moved = timedelta(hours=-2)
    async with watching(parts_for(desk, client, clock=lambda: now() + moved)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.395", "0.395")
        # Two hours pass without a word, while the venue's history says that it stood at 0.80 an hour ago and before.
        desk.markets.unavailable = "down"
        desk.feed.lose(desk.token)
        desk.markets.momentum = Decimal("-0.5")
        desk.markets.unavailable, moved = None, timedelta()
        request = await desk.asked(position)
    assert request.evidence["peak"] == "0.795"
