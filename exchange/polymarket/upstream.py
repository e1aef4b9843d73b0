"""One request to the venue: within the rate budget, with a time limit, repeated when that may help, counted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from exchange.errors import MarketDataUnavailable
from exchange.polymarket.error_mapping import VenueError, venue_error
from exchange.polymarket.rate_limits import Endpoint, RateBudget
from exchange.statistics import Counters

T = TypeVar("T")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class RequestPolicy:
    """Seconds, except `retries`."""

    timeout: float = 10.0
    retries: int = 2
    first_backoff: float = 0.25
    longest_retry_wait: float = 5.0
    """Asked to wait longer than this, we fail and pass the venue's Retry-After on."""
    longest_budget_wait: float = 20.0


class Upstream:
    """Runs calls to the venue. `monotonic` and `sleep` are the clock of waiting, `now` the one of stamps."""

    def __init__(
        self,
        counters: Counters,
        now: Clock,
        policy: RequestPolicy,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.counters = counters
        self.now = now
        self._policy = policy
        self._monotonic = monotonic
        self._sleep = sleep
        self._budget = RateBudget(monotonic())

    async def run(self, endpoint: Endpoint, call: Callable[[], Awaitable[T]]) -> T:
        """The call's answer. Raises MarketDataUnavailable or MarketDataRefused; other exceptions are bugs and pass through."""
        attempt = 0
        while True:
            await self._wait_for_budget(endpoint)
            try:
                return await self._send(endpoint, call)
            except Exception as error:
                failure = venue_error(error, endpoint.value)
                if failure is None:
                    raise
                self._note(endpoint, failure)
                wait = self._wait_before_retry(failure, attempt)
                if wait is None:
                    raise failure from error
            attempt += 1
            await self._sleep(wait)

    async def run_stamped(self, endpoint: Endpoint, call: Callable[[], Awaitable[T]]) -> tuple[datetime, T]:
        """Like `run`, with the moment at which the request was sent: behind the wait for the budget and failed attempts."""

        async def stamped() -> tuple[datetime, T]:
            sent_at = self.now()
            return sent_at, await call()

        return await self.run(endpoint, stamped)

    async def _send(self, endpoint: Endpoint, call: Callable[[], Awaitable[T]]) -> T:
        self.counters.upstream_requests[endpoint.value] += 1
        async with asyncio.timeout(self._policy.timeout):
            answer = await call()
        self.counters.last_success_at = self.now()
        return answer

    async def _wait_for_budget(self, endpoint: Endpoint) -> None:
        wait = self._budget.reserve(endpoint, self._monotonic(), self._policy.longest_budget_wait)
        if wait is None:
            needed = self._budget.wait(endpoint, self._monotonic())
            raise MarketDataUnavailable(f"{endpoint.value}: our rate budget is used up", retry_after=needed)
        if wait > 0:
            await self._sleep(wait)

    def _note(self, endpoint: Endpoint, failure: VenueError) -> None:
        self.counters.upstream_failures[endpoint.value] += 1
        self.counters.last_failure = str(failure)
        if isinstance(failure, MarketDataUnavailable) and failure.retry_after:
            self._budget.block(endpoint, self._monotonic(), failure.retry_after)

    def _wait_before_retry(self, failure: VenueError, attempt: int) -> float | None:
        if not isinstance(failure, MarketDataUnavailable) or attempt >= self._policy.retries:
            return None
        backoff: float = self._policy.first_backoff * 2**attempt
        if failure.retry_after is None:
            return backoff
        too_long = failure.retry_after > self._policy.longest_retry_wait
        return None if too_long else max(backoff, failure.retry_after)
