"""We spend at most half of what the venue allows."""

import pytest

from exchange.errors import MarketDataUnavailable
from exchange.polymarket.create import create_market_data
from exchange.polymarket.rate_limits import ENDPOINT_LIMITS, HOST_LIMITS, Endpoint, RateBudget
from tests.exchange.conftest import Clock
from tests.exchange.venue_server import VenueServer


def busiest_window(sent: list[float]) -> int:
    """Most requests in any ten seconds."""
    return max(sum(start <= moment < start + 10 for moment in sent) for start in sent)


@pytest.mark.parametrize("endpoint", list(Endpoint))
def test_no_ten_seconds_see_more_than_half_of_the_published_limit(endpoint: Endpoint) -> None:
    budget = RateBudget(now=0.0)
    sent = [wait for _ in range(1000) if (wait := budget.reserve(endpoint, 0.0, patience=10_000)) is not None]
    assert len(sent) == 1000
    assert busiest_window(sent) <= ENDPOINT_LIMITS[endpoint][1] / 2
    assert sent == sorted(sent)


def test_endpoints_of_one_host_share_the_host_s_budget() -> None:
    budget = RateBudget(now=0.0)
    sent = [
        wait
        for _ in range(500)
        for endpoint in (Endpoint.TRADES, Endpoint.HOLDERS)
        if (wait := budget.reserve(endpoint, 0.0, patience=10_000)) is not None
    ]
    assert busiest_window(sent) <= HOST_LIMITS["data"] / 2


def test_a_wait_beyond_patience_spends_nothing() -> None:
    budget = RateBudget(now=0.0)
    while budget.reserve(Endpoint.MARKETS, 0.0, patience=1.0) is not None:
        pass
    wait = budget.wait(Endpoint.MARKETS, 0.0)
    assert wait > 1.0
    assert budget.reserve(Endpoint.MARKETS, 0.0, patience=1.0) is None
    assert budget.wait(Endpoint.MARKETS, 0.0) == wait


def test_a_rested_budget_never_saves_up_more_than_its_burst() -> None:
    budget = RateBudget(now=0.0)
    free = 0
    while budget.reserve(Endpoint.MARKETS, 3600.0, patience=0.0) is not None:
        free += 1
    assert free == 30


async def test_asks_wait_for_the_budget_and_fail_when_that_takes_too_long(
    venue: VenueServer, clock: Clock
) -> None:
    waits: list[float] = []

    async def standing_still(seconds: float) -> None:
        waits.append(seconds)

    data = create_market_data(venue.addresses, now=clock.now, monotonic=clock.monotonic, sleep=standing_still)
    with pytest.raises(MarketDataUnavailable, match="rate budget") as caught:
        await data.holders([f"0x{number:064x}" for number in range(400)])
    await data.close()
    assert caught.value.retry_after is not None
    assert max(waits) <= 20.0 < caught.value.retry_after
