"""What the engine needs from a market data source, in domain words. Implemented by exchange/market_data.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.market.price_history import PriceHistory
from domain.market.query import MarketQuery


class MarketsAnswer(BaseModel):
    """Markets that match, highest volume first. `truncated`: the venue had more than we read."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    markets: tuple[Market, ...]
    truncated: bool = False


class BookAnswer(BaseModel):
    """`book` is None when the venue has no book for the token."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    book: OrderBook | None


class HistoryAnswer(BaseModel):
    """`history` is empty, not missing, where the venue knows nothing."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    history: PriceHistory


class MarketData(Protocol):
    """Read side of a venue. Answers carry `observed_at` (aware UTC), the moment they were read from the venue.

    Raises exchange.errors.MarketDataUnavailable (network, 5xx, 429: try again) or MarketDataRefused (4xx: a bug or a
    venue change). Never returns stale data older than the stated `max_age` without raising.
    """

    async def markets(self, query: MarketQuery) -> MarketsAnswer: ...

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        """Also finds closed and resolved ones; unknown ids are left out."""
        ...

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]: ...

    async def price_histories(self, token_ids: Sequence[str], lookback: timedelta) -> Mapping[str, HistoryAnswer]:
        """Points over the last `lookback`, as fine as the venue gives for that span."""
        ...
