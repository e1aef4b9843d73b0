"""What market data costs: requests sent upstream and asks answered from the cache, per kind."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class MarketDataStats:
    """Counts since start, by kind (`markets`, `markets_by_id`, `tags`, `books`, `clob_markets`, `price_history`,
    `trades`, `holders`)."""

    upstream_requests: Mapping[str, int]
    """Requests sent, retries included."""
    upstream_failures: Mapping[str, int]
    cache_hits: Mapping[str, int]
    """Keys (queries, tokens, ids) answered from the cache or by joining a request under way."""
    cache_misses: Mapping[str, int]
    skipped_markets: int
    """Markets of the venue we cannot represent: no two outcomes, no token ids yet, or malformed."""
    refused_keys: Mapping[str, int]
    """Tokens answered as not known, because the venue refused them alone or what it said of them could not be read."""
    last_success_at: datetime | None
    last_failure: str | None

    @property
    def upstream_total(self) -> int:
        return sum(self.upstream_requests.values())


@dataclass
class Counters:
    """The running counts behind `MarketDataStats`; one per market data object."""

    upstream_requests: Counter[str] = field(default_factory=Counter)
    upstream_failures: Counter[str] = field(default_factory=Counter)
    cache_hits: Counter[str] = field(default_factory=Counter)
    cache_misses: Counter[str] = field(default_factory=Counter)
    skipped_markets: int = 0
    refused_keys: Counter[str] = field(default_factory=Counter)
    last_success_at: datetime | None = None
    last_failure: str | None = None

    def snapshot(self) -> MarketDataStats:
        return MarketDataStats(
            upstream_requests=dict(self.upstream_requests),
            upstream_failures=dict(self.upstream_failures),
            cache_hits=dict(self.cache_hits),
            cache_misses=dict(self.cache_misses),
            skipped_markets=self.skipped_markets,
            refused_keys=dict(self.refused_keys),
            last_success_at=self.last_success_at,
            last_failure=self.last_failure,
        )
