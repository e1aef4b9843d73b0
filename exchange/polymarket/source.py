"""Polymarket as a market source: the SDK's public client and, where it cannot do it, our own HTTP beside it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from polymarket import AsyncPublicClient

from domain.market.answers import BookAnswer, HistoryAnswer
from exchange.activity import HoldersAnswer, TradesAnswer
from exchange.polymarket import books, markets, price_history
from exchange.polymarket.environment import Addresses, clob_url_of, environment_at, gamma_url_of
from exchange.polymarket.holders import read_holders
from exchange.polymarket.tags import read_tag_id
from exchange.polymarket.trades import read_trades
from exchange.polymarket.upstream import Upstream
from exchange.polymarket.wire import Wire
from exchange.source import BatchSizes, Listing, ListingKey, MarketLookup, TagLookup


class PolymarketSource:
    """Implements exchange.source.MarketSource."""

    batch_sizes = BatchSizes(
        markets=markets.PAGE_SIZE, books=books.BATCH, price_histories=price_history.BATCH
    )

    def __init__(self, addresses: Addresses, upstream: Upstream, page_cap: int) -> None:
        environment = environment_at(addresses)
        self.counters = upstream.counters
        self._upstream = upstream
        self._client = AsyncPublicClient(environment)
        self._gamma = Wire(gamma_url_of(environment), upstream.now)
        self._clob = Wire(clob_url_of(environment), upstream.now)
        self._markets = markets.MarketReader(self._gamma, upstream, page_cap)

    async def tag(self, slug: str) -> TagLookup:
        observed_at = self._upstream.now()
        return TagLookup(observed_at, await read_tag_id(self._client, self._upstream, slug))

    async def listing(self, key: ListingKey) -> Listing:
        return await self._markets.listing(key)

    async def markets_by_id(self, market_ids: Sequence[str]) -> Mapping[str, MarketLookup]:
        return await self._markets.by_id(market_ids)

    async def books(self, token_ids: Sequence[str]) -> Mapping[str, BookAnswer | Exception]:
        return await books.read_books(self._client, self._upstream, token_ids)

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer | Exception]:
        return await price_history.read_price_histories(self._clob, self._upstream, token_ids, lookback)

    async def trades(self, condition_id: str) -> TradesAnswer:
        return await read_trades(self._client, self._upstream, condition_id)

    async def holders(self, condition_id: str) -> HoldersAnswer:
        return await read_holders(self._client, self._upstream, condition_id)

    async def close(self) -> None:
        await self._client.close()
        await self._gamma.close()
        await self._clob.close()
