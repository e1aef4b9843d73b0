"""What a decision may ask for while it is made. All asked and answered requests together are the evidence."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.market.answers import BookAnswer, HistoryAnswer, MarketsAnswer
from domain.market.query import MarketQuery


class Asked(BaseModel):
    model_config = ConfigDict(frozen=True)


class MarketsRequest(Asked):
    """Answered by MarketsAnswer."""

    kind: Literal["markets"] = "markets"
    query: MarketQuery


class MarketsByIdRequest(Asked):
    """Answered by MarketsAnswer; unknown ids are missing in it."""

    kind: Literal["markets_by_id"] = "markets_by_id"
    market_ids: tuple[str, ...]


class BooksRequest(Asked):
    """Answered by BooksAnswer, one entry for each token asked for."""

    kind: Literal["books"] = "books"
    token_ids: tuple[str, ...]


class PriceHistoriesRequest(Asked):
    """Answered by HistoriesAnswer, one entry for each token asked for."""

    kind: Literal["price_histories"] = "price_histories"
    token_ids: tuple[str, ...]
    lookback: timedelta


class WatchlistRequest(Asked):
    """Answered by WatchlistAnswer: the active entries as stored when asked, oldest first."""

    kind: Literal["watchlist"] = "watchlist"


class NodeFinished(Asked):
    """Not a question: tells the driver that a node is done, so that it can take the time. Answered by None, no evidence."""

    kind: Literal["node_finished"] = "node_finished"
    node_id: str


class WatchlistEntry(BaseModel):
    """One active watchlist entry. Numbers are those at the time of adding; None where they were not known."""

    model_config = ConfigDict(frozen=True)

    market_id: str
    added_at: datetime
    reason: str = ""
    price: Decimal | None = None
    volume: Decimal | None = None


class BooksAnswer(BaseModel):
    model_config = ConfigDict(frozen=True)

    books: dict[str, BookAnswer]


class HistoriesAnswer(BaseModel):
    model_config = ConfigDict(frozen=True)

    histories: dict[str, HistoryAnswer]


class WatchlistAnswer(BaseModel):
    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    entries: tuple[WatchlistEntry, ...]


Request = Annotated[
    MarketsRequest
    | MarketsByIdRequest
    | BooksRequest
    | PriceHistoriesRequest
    | WatchlistRequest
    | NodeFinished,
    Field(discriminator="kind"),
]
Answer = MarketsAnswer | BooksAnswer | HistoriesAnswer | WatchlistAnswer | None
