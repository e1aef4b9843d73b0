"""What a decision may ask for while it is made. All asked and answered requests together are the evidence."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.formulas.result import FormulaResult
from domain.market.activity import HoldersAnswer, TradesAnswer
from domain.market.answers import BookAnswer, HistoryAnswer, MarketsAnswer
from domain.market.query import MarketQuery
from domain.money import Price, Shares, Usdc


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


class TradesRequest(Asked):
    """Answered by PublicTradesAnswer, one entry for each market asked for."""

    kind: Literal["trades"] = "trades"
    condition_ids: tuple[str, ...]


class HoldersRequest(Asked):
    """Answered by PublicHoldersAnswer, one entry for each market asked for."""

    kind: Literal["holders"] = "holders"
    condition_ids: tuple[str, ...]


class PositionsRequest(Asked):
    """Answered by PositionsAnswer: what the strategy holds as stored when asked, oldest first."""

    kind: Literal["positions"] = "positions"


class FormulasRequest(Asked):
    """Answered by FormulasAnswer, one result for each row.

    A row has the values of `names` for one market as decimal text; None where a value is not known.
    """

    kind: Literal["formulas"] = "formulas"
    formula: str
    names: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


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


class HeldPosition(BaseModel):
    """What the strategy holds of one outcome. `cost`: USDC paid, fees included; `entry_price`: average, without fees."""

    model_config = ConfigDict(frozen=True)

    market_id: str
    token_id: str
    outcome: str
    shares: Shares
    cost: Usdc
    entry_price: Price
    opened_at: datetime
    position_id: UUID | None = None
    """None only in evidence that was recorded before positions could be sold."""


class BooksAnswer(BaseModel):
    model_config = ConfigDict(frozen=True)

    books: dict[str, BookAnswer]


class HistoriesAnswer(BaseModel):
    model_config = ConfigDict(frozen=True)

    histories: dict[str, HistoryAnswer]


class WatchlistAnswer(BaseModel):
    """Without a time of its own: a list that did not change is the same evidence again."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[WatchlistEntry, ...]
    cap: int | None = None
    """Most entries the list takes; None: as many as come."""


class PublicTradesAnswer(BaseModel):
    """Latest public trades by condition id."""

    model_config = ConfigDict(frozen=True)

    trades: dict[str, TradesAnswer]


class PublicHoldersAnswer(BaseModel):
    """Largest holders by condition id."""

    model_config = ConfigDict(frozen=True)

    holders: dict[str, HoldersAnswer]


class PositionsAnswer(BaseModel):
    """Without a time of its own, as WatchlistAnswer."""

    model_config = ConfigDict(frozen=True)

    positions: tuple[HeldPosition, ...]


class FormulasAnswer(BaseModel):
    """Results in the order of the rows asked for."""

    model_config = ConfigDict(frozen=True)

    results: tuple[FormulaResult, ...]


Request = Annotated[
    MarketsRequest
    | MarketsByIdRequest
    | BooksRequest
    | PriceHistoriesRequest
    | WatchlistRequest
    | TradesRequest
    | HoldersRequest
    | PositionsRequest
    | FormulasRequest
    | NodeFinished,
    Field(discriminator="kind"),
]
Answer = (
    MarketsAnswer
    | BooksAnswer
    | HistoriesAnswer
    | WatchlistAnswer
    | PublicTradesAnswer
    | PublicHoldersAnswer
    | PositionsAnswer
    | FormulasAnswer
    | None
)
