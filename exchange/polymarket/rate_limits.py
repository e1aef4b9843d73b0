"""Half of what Polymarket allows, per endpoint and per host (polymarket.md, section 6). Waiting happens here, not at the venue."""

from collections.abc import Mapping
from enum import StrEnum

WINDOW_SECONDS = 10.0
OUR_SHARE = 0.5
BURST_SHARE = 0.2
"""Part of our budget that may be spent at once; the rest flows evenly, so that no 10 s window exceeds the budget."""


class Endpoint(StrEnum):
    """Kinds of upstream requests, as they are budgeted and counted."""

    MARKETS = "markets"
    TAGS = "tags"
    BOOKS = "books"
    CLOB_MARKETS = "clob_markets"
    PRICE_HISTORY = "price_history"
    TRADES = "trades"
    HOLDERS = "holders"


HOST_LIMITS: Mapping[str, int] = {"gamma": 4000, "clob": 9000, "data": 800}
"""Requests per 10 s and address. Data is 1000 in one source and 800 in a later one."""

ENDPOINT_LIMITS: Mapping[Endpoint, tuple[str, int]] = {
    Endpoint.MARKETS: ("gamma", 300),
    Endpoint.TAGS: ("gamma", 200),
    Endpoint.BOOKS: ("clob", 500),
    Endpoint.CLOB_MARKETS: ("clob", 500),
    Endpoint.PRICE_HISTORY: ("clob", 500),
    Endpoint.TRADES: ("data", 200),
    Endpoint.HOLDERS: ("data", 150),
}
"""Host and requests per 10 s. Batch history is in no published table: counted like the other batch forms, which are
stricter than the single form, and single markets of the CLOB like them; holders likewise like positions."""


class TokenBucket:
    """Tells how long to wait for one request. `now` is a monotonic clock in seconds; nothing here sleeps."""

    def __init__(self, limit_per_window: int, now: float) -> None:
        budget = limit_per_window * OUR_SHARE
        self._capacity = max(1.0, budget * BURST_SHARE)
        self._per_second = (budget - self._capacity) / WINDOW_SECONDS
        self._tokens = self._capacity
        self._seen = now
        self._blocked_until = now

    def wait(self, now: float) -> float:
        """Seconds until one more request would fit."""
        self._refill(now)
        missing = max(0.0, 1.0 - self._tokens) / self._per_second
        return max(missing, self._blocked_until - now, 0.0)

    def take(self, now: float) -> None:
        """Spends one request, also ahead of time: whoever comes next waits longer, so that waiting is first come, first served."""
        self._refill(now)
        self._tokens -= 1.0

    def block(self, now: float, seconds: float) -> None:
        """The venue asked for silence."""
        self._blocked_until = max(self._blocked_until, now + seconds)

    def _refill(self, now: float) -> None:
        self._tokens = min(self._capacity, self._tokens + (now - self._seen) * self._per_second)
        self._seen = max(self._seen, now)


class RateBudget:
    """The buckets of all endpoints; each request spends from its endpoint's and from its host's."""

    def __init__(self, now: float) -> None:
        hosts = {host: TokenBucket(limit, now) for host, limit in HOST_LIMITS.items()}
        self._buckets = {
            endpoint: (TokenBucket(limit, now), hosts[host])
            for endpoint, (host, limit) in ENDPOINT_LIMITS.items()
        }

    def reserve(self, endpoint: Endpoint, now: float, patience: float) -> float | None:
        """Seconds to wait before sending; None, and nothing is spent, when that is more than `patience`."""
        buckets = self._buckets[endpoint]
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > patience:
            return None
        for bucket in buckets:
            bucket.take(now)
        return wait

    def wait(self, endpoint: Endpoint, now: float) -> float:
        return max(bucket.wait(now) for bucket in self._buckets[endpoint])

    def block(self, endpoint: Endpoint, now: float, seconds: float) -> None:
        self._buckets[endpoint][0].block(now, seconds)
