"""The price watch over the venue's own protocol: the real feed, the real prices by request, and the faults of both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from temporalio.client import Client

from activities.watch_parts import WatchPace
from exchange.market_source import connect_market_data, connect_market_feed
from sandbox.config import SandboxConfig
from sandbox.serve import running_sandbox
from tests.eventually import eventually
from tests.fixed_markets import FixedMarkets, a_market
from tests.price_watching import WatchedDesk, parts_for, rule, watching

PACE = WatchPace(
    lease=0.2, look=0.5, save=0.1, read=0.3, quiet=0.6, silence=3.0, frozen=0.3, trust=1.0, restart=1.0
)


class SandboxDesk:
    """A position in a market of a sandbox, bought at 0.405, with a stop-loss at 0.3645."""

    def __init__(self, desk: WatchedDesk, base: str, http: httpx.AsyncClient, market: dict[str, Any]) -> None:
        self.desk = desk
        self._base = base
        self._http = http
        self._market = market
        desk.token = orjson.loads(market["clobTokenIds"])[0]
        desk.market = market["id"]
        sold = a_market(desk.market)
        yes, no = sold.outcomes
        yes = yes.model_copy(update={"token_id": desk.token})
        desk.markets = FixedMarkets(sold.model_copy(update={"outcomes": (yes, no)}))

    async def set_price(self, price: str) -> None:
        answer = await self._http.post(f"/sandbox/markets/{self.desk.market}/price", json={"price": price})
        answer.raise_for_status()

    async def fault(self, **faults: Any) -> None:
        (await self._http.post("/sandbox/faults", json=faults)).raise_for_status()

    @asynccontextmanager
    async def guarded(self, client: Client) -> AsyncIterator[UUID]:
        """The position, with its rule watched and its price known."""
        await self.set_price("0.50")
        position = await self.desk.holding(rule("stop_loss", ratio="0.1"), token_id=self.desk.token)
        markets = connect_market_data("sandbox", self._base)
        feed = connect_market_feed("sandbox", self._base)
        try:
            parts = replace(parts_for(self.desk, client), markets=markets, feed=feed, pace=PACE)
            async with watching(parts):

                async def known() -> bool:
                    book = feed.book(self.desk.token)
                    return book is not None and (book.best_bid or 0) > Decimal("0.45")

                await eventually(known)
                yield position
        finally:
            await feed.close()
            await markets.close()


@pytest.fixture
async def sandbox_desk(watched_desk: WatchedDesk) -> AsyncIterator[SandboxDesk]:
    async with (
        running_sandbox(SandboxConfig(seed=5)) as base,
        httpx.AsyncClient(base_url=base, timeout=20) as http,
    ):
        rows = (await http.get("/gamma/markets", params={"limit": 50, "order": "volume24hr"})).json()
        market = next(row for row in rows if 0.2 < float(row.get("bestBid") or 0) < 0.8)
        yield SandboxDesk(watched_desk, base, http, market)


async def test_a_price_that_falls_triggers_by_the_feed(
    sandbox_desk: SandboxDesk, temporal_client: Client
) -> None:
    async with sandbox_desk.guarded(temporal_client) as position:
        await sandbox_desk.set_price("0.30")
        request = await sandbox_desk.desk.asked(position)
    assert request.evidence["venue_time"] is not None
    assert Decimal(request.evidence["best_bid"]) <= Decimal("0.3645")


@pytest.mark.parametrize("faults", [{"frozen_socket": True}, {"down": True, "services": ["ws"]}])
async def test_a_feed_that_shows_nothing_does_not_keep_a_stop_from_triggering(
    sandbox_desk: SandboxDesk, temporal_client: Client, faults: dict[str, Any]
) -> None:
    desk = sandbox_desk.desk

    async def told(kind: str) -> bool:
        return bool(await desk.events(kind))

    async with sandbox_desk.guarded(temporal_client) as position:
        await sandbox_desk.fault(**faults)
        await sandbox_desk.set_price("0.42")
        await eventually(lambda: told("feed_silent"))
        await sandbox_desk.set_price("0.30")
        await desk.asked(position)


async def test_a_venue_that_was_down_altogether_is_watched_again_when_it_is_back(
    sandbox_desk: SandboxDesk, temporal_client: Client
) -> None:
    async with sandbox_desk.guarded(temporal_client) as position:
        await sandbox_desk.fault(down=True)
        await sandbox_desk.set_price("0.30")

        async def told() -> bool:
            return bool(await sandbox_desk.desk.events("feed_silent"))

        await eventually(told)
        assert await sandbox_desk.desk.requests(position) == []
        await sandbox_desk.fault()
        await sandbox_desk.desk.asked(position)
