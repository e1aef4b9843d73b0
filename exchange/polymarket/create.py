"""Builds Polymarket's market data, and asks whether Polymarket answers at all."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx

from exchange.market_data import CachedMarketData, CachePolicy
from exchange.polymarket.environment import Addresses, clob_url_of, environment_at, gamma_url_of
from exchange.polymarket.markets import PATH
from exchange.polymarket.source import PolymarketSource
from exchange.polymarket.upstream import RequestPolicy, Upstream
from exchange.statistics import Counters

PAGE_CAP = 20


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_market_data(
    addresses: Addresses | None = None,
    *,
    cache: CachePolicy | None = None,
    requests: RequestPolicy | None = None,
    page_cap: int = PAGE_CAP,
    now: Callable[[], datetime] = utc_now,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> CachedMarketData:
    """Market data of Polymarket, or of a server at `addresses` that speaks its protocol. Nothing is sent before the first ask.

    Call inside the event loop that will use it; `await close()` at the end. One per process: it is what strategies share.
    """
    upstream = Upstream(Counters(), now, requests or RequestPolicy(), monotonic, sleep)
    return CachedMarketData(PolymarketSource(addresses or Addresses(), upstream, page_cap), now, cache)


async def probe(addresses: Addresses | None = None, seconds: float = 3.0) -> bool:
    """Whether both Gamma and the CLOB answer sensibly within `seconds`. Never raises."""
    environment = environment_at(addresses or Addresses())
    try:
        async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=seconds) as client:
            gamma, clob = await asyncio.gather(
                client.get(gamma_url_of(environment) + PATH, params={"limit": 1}),
                client.get(clob_url_of(environment) + "/time"),
            )
            return isinstance(gamma.json().get("markets"), list) and int(clob.json()) > 0
    except (httpx.HTTPError, OSError, ValueError, TypeError, AttributeError):
        # Also TimeoutError, an OSError. A captive portal answers with a page: a ValueError.
        return False
