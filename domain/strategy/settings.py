"""What a version says besides its graph: how often, when at all, what happens after failures, how the watchlist is kept."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.strategy.schedule_window import ALWAYS, Schedule

INTERVAL_DEFAULT_SECONDS = 300
INTERVAL_MAX_SECONDS = 30 * 24 * 3600


class ErrorPolicy(BaseModel):
    """After failed executions that are the graph's own fault. An unwell venue never counts: it degrades, and is waited for.

    `retries`: a failed execution is tried again this often, half a minute later, then a minute, two, …
    `on_failure` error: after `error_after` failures in a row the strategy pauses itself; keep_going: it never does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on_failure: Literal["error", "keep_going"] = "error"
    error_after: int = Field(default=5, ge=1, le=1000)
    retries: int = Field(default=0, ge=0, le=5)


class WatchlistRules(BaseModel):
    """Entries leave by themselves after `expire_after_hours` (None: never) or when their market ends, pinned ones only
    by hand; a full watchlist takes nothing more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expire_after_hours: int | None = Field(default=7 * 24, ge=1, le=24 * 365)
    cap: int = Field(default=500, ge=1, le=5000)


class StrategySettings(BaseModel):
    """Immutable with its version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interval_seconds: int = Field(default=INTERVAL_DEFAULT_SECONDS, ge=1, le=INTERVAL_MAX_SECONDS)
    schedule: Schedule = ALWAYS
    error_policy: ErrorPolicy = ErrorPolicy()
    watchlist: WatchlistRules = WatchlistRules()
