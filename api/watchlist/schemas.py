"""Watchlist entries."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

MarketId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class AddEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    market_id: MarketId
    reason: Reason | None = None
    """Left out: “added by hand”."""


class EditEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pinned: bool
    """A pinned entry does not expire."""


class EntryVerdict(BaseModel):
    """What a node last said of the market; `at` and `number` name the execution that first said it in these words."""

    node_id: str
    port: str | None
    """Null: the market stopped there, or waits."""
    sentence: str
    at: datetime
    number: int


class WatchlistEntryView(BaseModel):
    id: UUID
    market_id: str
    question: str
    added_at: datetime
    reason: str | None
    metadata: dict[str, Any]
    """At the time of adding: price, volume, liquidity, spread as decimal text; number and node_id of the execution,
    unless it was added by hand."""
    expires_at: datetime | None
    """When it leaves by itself; null: never."""
    pinned: bool
    verdicts: list[EntryVerdict]
    """The last one of each node that judged the market, newest first."""
    removed_at: datetime | None
    removed_reason: str | None
