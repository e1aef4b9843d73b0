"""The market data port on top of a venue: shared by all strategies, so that requests do not grow with their number."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from domain.market.answers import BookAnswer, ClobAnswer, HistoryAnswer, MarketsAnswer
from domain.market.matching import by_volume, tag_slug
from domain.market.query import MarketQuery
from exchange.activity import HoldersAnswer, TradesAnswer
from exchange.batch_loader import BatchLoader, LoaderLimits, Observed
from exchange.errors import MarketDataUnavailable
from exchange.memo import Memo
from exchange.sharing import LOOKBACKS, cut_history, listing_key, markets_answer, shared_lookback
from exchange.source import Listing, ListingKey, MarketLookup, MarketSource, TagLookup
from exchange.statistics import MarketDataStats

K = TypeVar("K")
V = TypeVar("V", bound=Observed)


@dataclass(frozen=True)
class CachePolicy:
    """How long answers may be shared, and how many are kept. Books live as long as each asker says."""

    markets: timedelta = timedelta(seconds=30)
    tags: timedelta = timedelta(minutes=10)
    price_histories: timedelta = timedelta(seconds=60)
    activity: timedelta = timedelta(seconds=30)
    books_kept: timedelta = timedelta(seconds=60)
    read_allowance: timedelta = timedelta(seconds=2)
    """A book may get this old while it is being read, also for askers who want none older than now."""
    listings: int = 48
    entries: int = 20_000
    """Most books, histories, single markets and derived answers, each."""


class CachedMarketData:
    """Implements exchange.ports.MarketData, MarketActivity and ResolutionData. Bound to one event loop; `close()` when done.

    The same question within one snapshot gets the same object, so that callers may keep what they derive from it.
    """

    def __init__(
        self, source: MarketSource, now: Callable[[], datetime], policy: CachePolicy | None = None
    ) -> None:
        policy = policy or CachePolicy()
        sizes = source.batch_sizes
        self._source = source
        self._now = now
        self._policy = policy

        def loader(
            kind: str,
            fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, V | Exception]]],
            batch: int,
            keep: timedelta,
            entries: int = policy.entries,
        ) -> BatchLoader[K, V]:
            return BatchLoader(kind, fetch, LoaderLimits(batch, entries, keep), now, source.counters)

        self._tags: BatchLoader[str, TagLookup] = loader("tags", _single(source.tag), 1, policy.tags)
        self._listings: BatchLoader[ListingKey, Listing] = loader(
            "markets", _single(source.listing), 1, policy.markets, policy.listings
        )
        self._lookups: BatchLoader[str, MarketLookup] = loader(
            "markets_by_id", source.markets_by_id, sizes.markets, policy.markets
        )
        self._books: BatchLoader[str, BookAnswer]
        self._books = loader("books", source.books, sizes.books, policy.books_kept)
        self._histories: Mapping[timedelta, BatchLoader[str, HistoryAnswer]] = {
            span: loader(
                "price_history",
                partial(source.price_histories, lookback=span),
                sizes.price_histories,
                policy.price_histories,
            )
            for span in LOOKBACKS
        }
        self._clob_words: BatchLoader[str, ClobAnswer]
        self._clob_words = loader("clob_markets", _single(source.clob_word), 1, policy.markets)
        self._trades: BatchLoader[str, TradesAnswer] = loader(
            "trades", _single(source.trades), 1, policy.activity
        )
        self._holders: BatchLoader[str, HoldersAnswer] = loader(
            "holders", _single(source.holders), 1, policy.activity
        )
        self._same_markets: Memo[tuple[str, ...], MarketLookup, MarketsAnswer] = Memo(
            policy.entries, policy.markets, now
        )
        self._same_histories: Memo[tuple[str, timedelta], HistoryAnswer, HistoryAnswer] = Memo(
            policy.entries, policy.price_histories, now
        )

    @property
    def stats(self) -> MarketDataStats:
        return self._source.counters.snapshot()

    async def markets(self, query: MarketQuery) -> MarketsAnswer:
        """End dates are judged at the moment of the snapshot, so that one snapshot has one answer per query.

        A tag the venue does not know is looked for among the categories and tags of the most traded markets.
        """
        tag = tag_slug(query.tag) if query.tag and query.tag.strip() else None
        tag_id = (await self._tags.load(tag, self._policy.tags)).tag_id if tag is not None else None
        listing = await self._listings.load(listing_key(query, tag, tag_id), self._policy.markets)
        answer = listing.answers.get(query)
        if answer is None:
            answer = listing.answers[query] = markets_answer(listing, query)
            for market in answer.markets:
                self._lookups.put(market.id, MarketLookup(listing.observed_at, market))
        return answer

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        """`observed_at` is that of the oldest market in the answer."""
        asked = tuple(dict.fromkeys(market_ids))
        found = await self._lookups.load_many(asked, self._policy.markets)
        lookups = tuple(found[market_id] for market_id in asked)
        return self._same_markets.get(asked, lookups, lambda: self._known_markets(lookups))

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]:
        """`max_age` counts from the moment of asking; a read that itself takes longer raises MarketDataUnavailable.

        What was known and fresh when asked does not grow too old because other books had to be read beside it.
        """
        asked = self._now()
        answers = await self._books.load_many(token_ids, max_age)
        now = self._now()
        oldest = min(asked - max_age, now - max(max_age, self._policy.read_allowance))
        slow = now - asked > max(max_age, self._policy.read_allowance)
        late = sum(slow or answer.observed_at < oldest for answer in answers.values())
        if late:
            raise MarketDataUnavailable(f"books: {late} of {len(answers)} came too late to be fresh")
        return answers

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer]:
        """Minutes between points: 1 up to 6 hours, 5 up to 36 hours, 30 up to a week, 60 beyond; at most 90 days."""
        loader = self._histories[shared_lookback(lookback)]
        answers = await loader.load_many(token_ids, self._policy.price_histories)
        return {
            token_id: self._same_histories.get(
                (token_id, lookback), (answer,), partial(cut_history, answer, lookback)
            )
            for token_id, answer in answers.items()
        }

    async def clob_words(self, condition_ids: Sequence[str]) -> Mapping[str, ClobAnswer]:
        return await self._clob_words.load_many(condition_ids, self._policy.markets)

    async def recent_trades(self, condition_ids: Sequence[str]) -> Mapping[str, TradesAnswer]:
        return await self._trades.load_many(condition_ids, self._policy.activity)

    async def holders(self, condition_ids: Sequence[str]) -> Mapping[str, HoldersAnswer]:
        return await self._holders.load_many(condition_ids, self._policy.activity)

    async def close(self) -> None:
        """Ends what is under way and gives the connections back."""
        for loader in (self._tags, self._listings, self._lookups, self._books, self._trades, self._holders):
            await loader.close()
        await self._clob_words.close()
        for history_loader in self._histories.values():
            await history_loader.close()
        await self._source.close()

    def _known_markets(self, lookups: Sequence[MarketLookup]) -> MarketsAnswer:
        markets = [lookup.market for lookup in lookups if lookup.market is not None]
        markets.sort(key=by_volume)
        observed_at = min((lookup.observed_at for lookup in lookups), default=self._now())
        return MarketsAnswer(observed_at=observed_at, markets=tuple(markets))


def _single(
    read: Callable[[K], Awaitable[V]],
) -> Callable[[Sequence[K]], Awaitable[Mapping[K, V | Exception]]]:
    """A reader of one key, as the loader wants it."""

    async def read_one(keys: Sequence[K]) -> Mapping[K, V | Exception]:
        (key,) = keys
        return {key: await read(key)}

    return read_one
