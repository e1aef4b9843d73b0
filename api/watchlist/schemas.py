"""Watchlist entries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class WatchlistEntryView(BaseModel):
    id: UUID
    market_id: str
    question: str
    added_at: datetime
    reason: str | None
    metadata: dict[str, Any]
    """At the time of adding: price, volume, liquidity, spread as decimal text; number and node_id of the execution."""
    removed_at: datetime | None
    removed_reason: str | None


class WatchlistView(BaseModel):
    items: list[WatchlistEntryView]
