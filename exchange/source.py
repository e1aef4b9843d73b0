"""What the cache asks of a venue adapter: plain reads without memory. Implemented by exchange/polymarket/source.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from domain.market.answers import BookAnswer, ClobAnswer, HistoryAnswer, MarketsAnswer
from domain.market.market import Market
from domain.market.query import MarketQuery
from exchange.activity import HoldersAnswer, TradesAnswer
from exchange.statistics import Counters


@dataclass(frozen=True)
class ListingKey:
    """One upstream market query: few enough of them exist that strategies share them."""

    tag: str | None
    """Tag slug."""
    tag_id: str | None
    volume_floor: Decimal
    liquidity_floor: Decimal


@dataclass(frozen=True, eq=False)
class Listing:
    """All open markets of a key, highest volume first. `truncated`: the venue had more than the page cap."""

    observed_at: datetime
    markets: tuple[Market, ...]
    truncated: bool
    answers: dict[MarketQuery, MarketsAnswer] = field(default_factory=dict)
    """Filtered answers already given from this listing: the same question gets the same object."""


@dataclass(frozen=True)
class MarketLookup:
    """One market asked for by id; None when the venue does not know it."""

    observed_at: datetime
    market: Market | None


@dataclass(frozen=True)
class TagLookup:
    """A tag slug asked for; `tag_id` is None when the venue has no such tag."""

    observed_at: datetime
    tag_id: str | None


@dataclass(frozen=True)
class BatchSizes:
    """Most keys the venue takes in one request."""

    markets: int
    books: int
    price_histories: int


class MarketSource(Protocol):
    """Reads straight from the venue. A mapping may hold an exception for a key whose answer alone could not be read."""

    counters: Counters
    batch_sizes: BatchSizes

    async def tag(self, slug: str) -> TagLookup: ...

    async def listing(self, key: ListingKey) -> Listing: ...

    async def markets_by_id(self, market_ids: Sequence[str]) -> Mapping[str, MarketLookup]: ...

    async def books(self, token_ids: Sequence[str]) -> Mapping[str, BookAnswer | Exception]: ...

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer | Exception]: ...

    async def clob_word(self, condition_id: str) -> ClobAnswer: ...

    async def trades(self, condition_id: str) -> TradesAnswer: ...

    async def holders(self, condition_id: str) -> HoldersAnswer: ...

    async def close(self) -> None: ...
