"""A venue that takes its time to answer requests, or never does, while its feed works: exits do not wait for it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert
from temporalio.client import Client

from activities.price_watcher import PriceWatcher
from db.models import PriceWatch
from domain.market.answers import BookAnswer, HistoryAnswer
from tests.desk import now
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets
from tests.price_watching import WatchedDesk, ago, parts_for, rule, watching


class HangingMarkets(FixedMarkets):
    """Answers no question about prices while `hangs`."""

    hangs = True

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        await self._hang()
        return await super().books(token_ids, max_age)

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer]:
        await self._hang()
        return await super().price_histories(token_ids, lookback)

    async def _hang(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()


@pytest.fixture
def desk(watched_desk: WatchedDesk) -> WatchedDesk:
    return watched_desk


@pytest.fixture
def client(temporal_client: Client) -> Client:
    return temporal_client


async def _begun(desk: WatchedDesk) -> int:
    """A shard that was watched an hour ago, in which prices by request never come."""
    shard = uuid4().int % 10**9
    async with desk.database.write() as session:
        await session.execute(insert(PriceWatch).values(shard=shard, updated_at=ago(3600)))
    desk.markets = HangingMarkets(*desk.markets.all.values())
    return shard


async def test_a_watcher_that_begins_sells_on_the_feed_before_the_venue_has_answered(
    desk: WatchedDesk, client: Client
) -> None:
    position = await desk.holding(rule("stop_loss", ratio="0.1"), rule("trailing_stop", ratio="0.5"))
    shard = await _begun(desk)
    async with watching(parts_for(desk, client, shard)):
        await desk.is_watched()
        desk.feed.say(desk.token, "0.30")
        await desk.asked(position, within=5)


async def test_rules_by_the_clock_do_not_wait_for_a_price_that_a_stop_wants_confirmed(
    desk: WatchedDesk, client: Client
) -> None:
    held = rule("stop_loss", ratio="0.1", hold_seconds=1)
    position = await desk.holding(held, rule("time_exit", minutes=60), opened_ago=timedelta(seconds=3597))
    markets = desk.markets = HangingMarkets(*desk.markets.all.values())
    markets.hangs = False
    desk.price("0.30")
    async with watching(parts_for(desk, client)) as watcher:
        await eventually(lambda: _is_due(watcher))
        markets.hangs = True
        found = await _asked(desk, position, "time_exit")
    # Its price came by request, and nobody could say whether it held.
    assert "stop_loss" not in found


async def test_a_doubt_about_a_token_that_is_only_followed_for_an_order_is_forgotten(
    desk: WatchedDesk, client: Client
) -> None:
    """Else the feed would count as standing still, and be made again, for as long as that order rests."""
    position = await desk.holding(rule("stop_loss", ratio="0.5"))
    watcher = PriceWatcher(parts_for(desk, client))
    desk.feed.listen(watcher)
    watcher._resting.tokens = frozenset({desk.token})
    await watcher._rules.look()
    watcher._follow()
    desk.feed.say(desk.token, "0.395", "0.395")
    desk.price("0.39")
    await watcher._checks.read([desk.token])
    assert watcher._checks._doubts
    await desk.set_rules(position)
    await watcher._rules.look()
    watcher._follow()
    assert not watcher._checks._doubts
    assert desk.token in desk.feed.watched


async def _is_due(watcher: PriceWatcher) -> bool:
    return watcher.exits.next_due() is not None and bool(watcher.exits.due_tokens(now() + timedelta(hours=1)))


async def _asked(desk: WatchedDesk, position: UUID, name: str) -> set[str]:
    async def look() -> set[str]:
        found = {request.rule for request in await desk.requests(position)}
        return found if name in found else set()

    return await eventually(look, within=8)
