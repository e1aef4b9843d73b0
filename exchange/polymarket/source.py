"""Polymarket as a market source: the SDK's public client and, where it cannot do it, our own HTTP beside it."""

import asyncio
import importlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from domain.market.answers import BookAnswer, ClobAnswer, HistoryAnswer
from exchange.activity import HoldersAnswer, TradesAnswer
from exchange.polymarket import books, markets, price_history
from exchange.polymarket.environment import Addresses, clob_url_of, environment_at, gamma_url_of
from exchange.polymarket.holders import read_holders
from exchange.polymarket.tags import read_tag_id
from exchange.polymarket.trades import read_trades
from exchange.polymarket.upstream import Upstream
from exchange.polymarket.winners import read_clob_word
from exchange.polymarket.wire import Wire
from exchange.source import BatchSizes, Listing, ListingKey, MarketLookup, TagLookup


class PolymarketSource:
    """Implements exchange.source.MarketSource."""

    batch_sizes = BatchSizes(
        markets=markets.PAGE_SIZE, books=books.BATCH, price_histories=price_history.BATCH
    )

    def __init__(self, addresses: Addresses, upstream: Upstream, page_cap: int) -> None:
        self.counters = upstream.counters
        self._addresses = addresses
        self._upstream = upstream
        self._page_cap = page_cap
        self._connection: _Connection | None = None

    async def _connected(self) -> "_Connection":
        """The SDK takes a second to load: not before it is asked for, and beside everything else."""
        if self._connection is None:
            await asyncio.to_thread(importlib.import_module, "polymarket")
        if self._connection is None:
            self._connection = _Connection(self._addresses, self._upstream, self._page_cap)
        return self._connection

    async def tag(self, slug: str) -> TagLookup:
        connection = await self._connected()
        observed_at = self._upstream.now()
        return TagLookup(observed_at, await read_tag_id(connection.client, self._upstream, slug))

    async def listing(self, key: ListingKey) -> Listing:
        return await (await self._connected()).markets.listing(key)

    async def markets_by_id(self, market_ids: Sequence[str]) -> Mapping[str, MarketLookup]:
        return await (await self._connected()).markets.by_id(market_ids)

    async def books(self, token_ids: Sequence[str]) -> Mapping[str, BookAnswer | Exception]:
        return await books.read_books((await self._connected()).client, self._upstream, token_ids)

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer | Exception]:
        clob = (await self._connected()).clob
        return await price_history.read_price_histories(clob, self._upstream, token_ids, lookback)

    async def clob_word(self, condition_id: str) -> ClobAnswer:
        return await read_clob_word((await self._connected()).clob, self._upstream, condition_id)

    async def trades(self, condition_id: str) -> TradesAnswer:
        return await read_trades((await self._connected()).client, self._upstream, condition_id)

    async def holders(self, condition_id: str) -> HoldersAnswer:
        return await read_holders((await self._connected()).client, self._upstream, condition_id)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()


class _Connection:
    """The SDK's client and our own beside it, at the same addresses."""

    def __init__(self, addresses: Addresses, upstream: Upstream, page_cap: int) -> None:
        from polymarket import AsyncPublicClient

        environment = environment_at(addresses)
        self.client = AsyncPublicClient(environment)
        self.clob = Wire(clob_url_of(environment), upstream.now)
        self._gamma = Wire(gamma_url_of(environment), upstream.now)
        self.markets = markets.MarketReader(self._gamma, upstream, page_cap)

    async def close(self) -> None:
        await self.client.close()
        await self._gamma.close()
        await self.clob.close()
