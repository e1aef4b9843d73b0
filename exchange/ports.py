"""What the engine needs from a market data source, in domain words. Implemented by exchange/market_data.py."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from domain.market.answers import BookAnswer, ClobAnswer, HistoryAnswer, MarketsAnswer
from domain.market.query import MarketQuery
from exchange.activity import MarketActivity

__all__ = ["BookAnswer", "ClobAnswer", "HistoryAnswer", "MarketData", "MarketsAnswer", "ResolutionData"]


class MarketData(MarketActivity, Protocol):
    """Read side of a venue. Answers carry `observed_at` (aware UTC), the moment they were read from the venue.

    Raises exchange.errors.MarketDataUnavailable (network, 5xx, 429: try again) or MarketDataRefused (4xx: a bug or a
    venue change). Never returns stale data older than the stated `max_age` without raising.
    """

    async def markets(self, query: MarketQuery) -> MarketsAnswer: ...

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        """Also finds closed and resolved ones; unknown ids are left out."""
        ...

    async def books(self, token_ids: Sequence[str], max_age: timedelta) -> Mapping[str, BookAnswer]: ...

    async def price_histories(
        self, token_ids: Sequence[str], lookback: timedelta
    ) -> Mapping[str, HistoryAnswer]:
        """Points over the last `lookback`, as fine as the venue gives for that span."""
        ...


class ResolutionData(Protocol):
    """What tells how markets end. Raises like MarketData."""

    async def markets_by_id(self, market_ids: Sequence[str]) -> MarketsAnswer:
        """Also finds closed and resolved ones; unknown ids are left out."""
        ...

    async def clob_words(self, condition_ids: Sequence[str]) -> Mapping[str, ClobAnswer]:
        """Winners by the order book service, for markets whose listing is not final although they are closed."""
        ...
