"""What a market data source answers, stamped with the moment it was read: the raw material of evidence."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.market.price_history import PriceHistory
from domain.market.resolution import ClobWord


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


class ClobAnswer(BaseModel):
    """`word` is None when the order book service does not know the market."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    word: ClobWord | None


class HistoryAnswer(BaseModel):
    """`history` is empty, not missing, where the venue knows nothing."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    history: PriceHistory
