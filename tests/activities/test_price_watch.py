"""The watcher of prices: what triggers, once, whatever happens to feed, venue, database row or watcher."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from temporalio.client import Client

from activities.price_watcher import LeaseTaken, PriceWatcher
from db.models import PriceWatch
from db.repositories.exit_triggers import Triggered, trigger
from db.repositories.trading_states import set_state
from launcher.postgres import EmbeddedPostgres
from tests.desk import now
from tests.eventually import eventually
from tests.fixed_feed import FixedFeed
from tests.price_watching import WatchedDesk, ago, is_held, is_woken, parts_for, rule, watching

STOP = rule("stop_loss", ratio="0.1")


@pytest.fixture
def desk(watched_desk: WatchedDesk) -> WatchedDesk:
    return watched_desk


@pytest.fixture
def client(temporal_client: Client) -> Client:
    return temporal_client


async def test_a_stop_loss_triggers_on_the_feed_and_wakes_the_guard(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.37")
        desk.feed.say(desk.token, "0.36")
        request = await desk.asked(position)
        await is_woken(client, position)
    assert (request.rule, request.sequence, request.status) == ("stop_loss", 1, "pending")
    assert request.evidence["best_bid"] == "0.36"
    assert request.evidence["level"] == "0.3645"
    assert "Stop-loss: the best bid 0.36 is not above 0.3645" in request.reason


async def test_two_watchers_at_once_ask_once(desk: WatchedDesk, client: Client) -> None:
    position = await desk.holding(STOP)
    other = FixedFeed()
    async with watching(parts_for(desk, client)), watching(parts_for(desk, client, feed=other)):
        await desk.is_watched()
        await desk.is_watched(other)
        desk.price("0.30")
        desk.feed.say(desk.token, "0.30")
        other.say(desk.token, "0.30")
        await desk.asked(position)

        async def both_let_go() -> bool:
            return not desk.feed.watched and not other.watched

        await eventually(both_let_go)
    assert len(await desk.requests(position)) == 1


async def test_a_shard_has_one_watcher(desk: WatchedDesk, client: Client) -> None:
    shard = uuid4().int % 10**9
    async with watching(parts_for(desk, client, shard)):
        await is_held(desk, shard)
        with pytest.raises(LeaseTaken):
            await PriceWatcher(parts_for(desk, client, shard, feed=FixedFeed())).run()


async def test_a_holder_that_died_is_followed_as_soon_as_its_lease_ran_out(
    desk: WatchedDesk, client: Client
) -> None:
    shard = uuid4().int % 10**9
    position = await desk.holding(STOP)
    async with desk.database.write() as session:
        await session.execute(
            text(
                "INSERT INTO price_watches (shard, holder, lease_until) "
                "VALUES (:shard, 'killed', now() - interval '1 ms')"
            ),
            {"shard": shard},
        )
    async with watching(parts_for(desk, client, shard)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.30")
        await desk.asked(position)


async def test_a_rule_set_while_watching_is_guarded_within_a_second(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding()
    parts = parts_for(desk, client)
    async with watching(parts):
        await is_held(desk, parts.shard.number)
        assert not desk.feed.watched
        await desk.set_rules(position, STOP)

        async def noticed() -> bool:
            return desk.token in desk.feed.watched

        await eventually(noticed, within=1.0, every=0.02)
        desk.feed.say(desk.token, "0.30")
        await desk.asked(position)


async def test_a_peak_survives_the_watcher(desk: WatchedDesk, client: Client) -> None:
    trailing = rule("trailing_stop", ratio="0.2")
    position = await desk.holding(trailing)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.60")
        await desk.saved_peak(position, "trailing_stop", "0.6")
    desk.feed = FixedFeed()
    desk.price("0.55")
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.49")
        desk.feed.say(desk.token, "0.48")
        request = await desk.asked(position)
    assert request.evidence["peak"] == "0.6"
    assert request.evidence["best_bid"] == "0.48"


async def test_what_the_price_did_while_nobody_watched_lifts_the_peak(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(rule("trailing_stop", ratio="0.2"), opened_ago=timedelta(hours=3))
    shard = uuid4().int % 10**9
    async with desk.database.write() as session:
        await session.execute(insert(PriceWatch).values(shard=shard, updated_at=ago(2 * 3600)))
    # An hour ago and before it stood at 0.80, now at 0.40.
    desk.markets.momentum = Decimal("-0.5")
    async with watching(parts_for(desk, client, shard)):
        request = await desk.asked(position)
    assert request.evidence["peak"] == "0.795"
    assert request.evidence["best_bid"] == "0.395"


async def test_a_halt_that_stops_exits_holds_a_trigger_until_it_is_over(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    async with desk.database.write() as session:
        await set_state(session, desk.user, "halted", "test", now(), "stop")
    async with watching(parts_for(desk, client)) as watcher:
        await desk.is_watched()
        desk.price("0.30")
        desk.feed.say(desk.token, "0.30")

        async def held() -> bool:
            return watcher.exits.next_due() is not None

        await eventually(held)
        assert await desk.requests(position) == []
        async with desk.database.write() as session:
            await set_state(session, desk.user, "active", None, now())
        await desk.asked(position)


async def test_a_time_exit_needs_no_price_at_all(desk: WatchedDesk, client: Client) -> None:
    position = await desk.holding(rule("time_exit", minutes=60), opened_ago=timedelta(seconds=3599))
    desk.markets.unavailable = "down"
    async with watching(parts_for(desk, client)):
        request = await desk.asked(position)
    assert request.reason.startswith("Time exit")


async def test_before_resolution_asks_the_venue_when_the_market_ends(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(rule("before_resolution", minutes=30))
    market = desk.markets.all[desk.market]
    ends_at = now() + timedelta(minutes=30, seconds=1)
    desk.markets.all[desk.market] = market.model_copy(update={"end_at": ends_at})
    async with watching(parts_for(desk, client)):
        request = await desk.asked(position)
    assert request.triggered_at >= ends_at - timedelta(minutes=30)


async def test_a_wick_does_not_sell_and_a_fall_that_holds_does(desk: WatchedDesk, client: Client) -> None:
    position = await desk.holding(rule("stop_loss", ratio="0.1", hold_seconds=1))
    async with watching(parts_for(desk, client)) as watcher:
        await desk.is_watched()
        desk.feed.say(desk.token, "0.30")
        desk.feed.say(desk.token, "0.39")
        assert watcher.exits.due(now() + timedelta(seconds=5)) == []
        desk.price("0.30")
        desk.feed.say(desk.token, "0.30")
        fell_at = now()
        request = await desk.asked(position)
    assert request.triggered_at - fell_at > timedelta(seconds=0.9)
    assert len(await desk.requests(position)) == 1


async def test_a_trigger_that_cannot_be_written_waits_for_the_database(
    desk: WatchedDesk, client: Client, postgres: EmbeddedPostgres
) -> None:
    position = await desk.holding(STOP)
    async with watching(parts_for(desk, client)):
        await desk.is_watched()
        async with desk.database.write() as session:
            await session.execute(text("LOCK TABLE exit_requests IN ACCESS EXCLUSIVE MODE"))
            desk.feed.say(desk.token, "0.30")
            desk.feed.say(desk.token, "0.45")
        request = await desk.asked(position)
    assert request.evidence["best_bid"] == "0.3"


async def test_a_guard_that_was_not_woken_before_the_watcher_died_is_woken_by_the_next(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(STOP)
    async with desk.database.write() as session:
        await trigger(session, Triggered(position, STOP, 0, "fell", {}, now()))
    async with watching(parts_for(desk, client)):
        await is_woken(client, position)
