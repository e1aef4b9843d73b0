"""A price watcher on real books, with a feed and a venue that the test decides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError

from activities.price_watcher import PriceWatcher
from activities.watch_parts import WatchParts
from activities.workflow_calls import WorkflowCalls
from db.models import ExitRequest, Position, PositionExit, PriceWatch, StrategyEvent
from db.repositories import position_exits
from db.repositories.armed_exits import Shard
from db.session import Database
from domain.ids import position_guard_workflow_id
from domain.portfolio.exit_rule import ExitRule
from exchange.feed import MarketFeed
from exchange.ports import MarketData
from tests.desk import Desk, now
from tests.engine import QUICK_WATCH
from tests.eventually import eventually
from tests.fixed_feed import FixedFeed
from tests.fixed_markets import FixedMarkets, a_market


def rule(kind: str, name: str | None = None, **settings: Any) -> ExitRule:
    return ExitRule.model_validate({"rule": name or kind, "kind": kind, **settings})


class WatchedDesk(Desk):
    """One user, one strategy, one market of its own at 0.40, which nobody else's watcher looks at."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.source = f"test-{uuid4().hex}"
        self.market = f"m{uuid4().hex}"
        self.token = f"{self.market}-yes"
        self.markets = FixedMarkets(a_market(self.market))
        self.feed = FixedFeed()

    def price(self, middle: str) -> None:
        """What the venue answers when it is asked."""
        self.markets.all[self.market] = a_market(self.market, price=middle)

    async def holding(self, *rules: ExitRule, opened_ago: timedelta | None = None, **fields: Any) -> UUID:
        """A position at an entry price of 0.405."""
        if not self.strategies:
            await self.open("1000", "500")
        order = await self.plan(
            self.strategies[0], "40", self.market, **{"token_id": self.token, "source": self.source, **fields}
        )
        assert await self.reserve(order) == "reserved"
        await self.fill(order)
        position = (await self.position(self.strategies[0])).id
        if opened_ago is not None:
            async with self.database.write() as session:
                await session.execute(
                    update(Position).where(Position.id == position).values(opened_at=now() - opened_ago)
                )
        await self.set_rules(position, *rules)
        return position

    async def set_rules(self, position_id: UUID, *rules: ExitRule) -> None:
        async with self.database.write() as session:
            position = await position_exits.lock_for_exit(session, position_id)
            assert position is not None
            await position_exits.set_exits(session, position, rules, now())

    async def requests(self, position: UUID) -> list[ExitRequest]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(ExitRequest)
                .where(ExitRequest.position_id == position)
                .order_by(ExitRequest.created_at)
            )
            return list(rows)

    async def asked(self, position: UUID, within: float = 20.0) -> ExitRequest:
        """The first exit that was asked for."""
        return (await eventually(lambda: self.requests(position), within=within))[0]

    async def exit_row(self, position: UUID, name: str) -> PositionExit:
        async with self.database.read() as session:
            return await session.get_one(PositionExit, (position, name))

    async def events(self, kind: str) -> list[StrategyEvent]:
        async with self.database.read() as session:
            rows = await session.scalars(
                select(StrategyEvent).where(StrategyEvent.user_id == self.user, StrategyEvent.kind == kind)
            )
            return list(rows)

    async def saved_peak(self, position: UUID, name: str, peak: str) -> None:
        async def look() -> bool:
            return (await self.exit_row(position, name)).peak_price == Decimal(peak)

        await eventually(look)

    async def is_watched(self, feed: FixedFeed | None = None) -> None:
        async def look() -> bool:
            return self.token in (feed or self.feed).watched

        await eventually(look)


def parts_for(desk: WatchedDesk, client: Client, number: int | None = None, **changes: Any) -> WatchParts:
    markets: MarketData = desk.markets
    feed: MarketFeed = desk.feed
    parts = WatchParts(
        database=desk.database,
        markets=markets,
        feed=feed,
        calls=WorkflowCalls(client, f"watch-{desk.source}"),
        clock=now,
        shard=Shard(desk.source, uuid4().int % 10**9 if number is None else number),
        holder=uuid4().hex,
        pace=QUICK_WATCH,
    )
    return replace(parts, **changes)


@asynccontextmanager
async def watching(parts: WatchParts) -> AsyncIterator[PriceWatcher]:
    """Runs until the block ends; what the watcher raises, the block raises."""
    watcher = PriceWatcher(parts)
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher
        if task.done():
            task.result()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def ago(seconds: float) -> datetime:
    return now() - timedelta(seconds=seconds)


async def is_woken(client: Client, position: UUID) -> None:
    handle = client.get_workflow_handle(position_guard_workflow_id(position))

    async def look() -> bool:
        try:
            return bool([event async for event in handle.fetch_history_events() if _signal(event) == "wake"])
        except RPCError as error:
            raise AssertionError("no guard yet") from error

    await eventually(look)


async def is_held(desk: WatchedDesk, shard: int) -> None:
    async def look() -> bool:
        async with desk.database.read() as session:
            row = await session.get(PriceWatch, shard)
            return row is not None and row.holder is not None

    await eventually(look)


def _signal(event: HistoryEvent) -> str:
    return event.workflow_execution_signaled_event_attributes.signal_name
