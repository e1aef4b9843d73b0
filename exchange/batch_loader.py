"""Many askers, few requests: a cache per key, one request under way per key, and keys asked for together sent together."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from exchange.errors import MarketDataUnavailable
from exchange.statistics import Counters


class Observed(Protocol):
    @property
    def observed_at(self) -> datetime: ...


K = TypeVar("K")
V = TypeVar("V", bound=Observed)


@dataclass(frozen=True)
class LoaderLimits:
    """`batch`: most keys per request; `entries`: most answers kept; `keep`: the longest an answer is worth keeping."""

    batch: int
    entries: int
    keep: timedelta
    gather_seconds: float = 0.005
    """How long the first key waits for others to share its request."""


@dataclass(frozen=True, eq=False)
class _Request(Generic[V]):
    """An answer to come. `sent_at` is None while the key still waits for company."""

    answer: "asyncio.Future[V]"
    sent_at: datetime | None


class BatchLoader(Generic[K, V]):
    """Loads answers by key. `fetch` answers every key it is given, with an exception where only that key failed."""

    def __init__(
        self,
        kind: str,
        fetch: Callable[[Sequence[K]], Awaitable[Mapping[K, V | Exception]]],
        limits: LoaderLimits,
        now: Callable[[], datetime],
        counters: Counters,
    ) -> None:
        self._kind = kind
        self._fetch = fetch
        self._limits = limits
        self._now = now
        self._counters = counters
        self._known: OrderedDict[K, V] = OrderedDict()
        self._requests: dict[K, _Request[V]] = {}
        self._waiting: list[K] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self, key: K, max_age: timedelta) -> V:
        return (await self.load_many((key,), max_age))[key]

    async def load_many(self, keys: Iterable[K], max_age: timedelta) -> dict[K, V]:
        """Answers read from the source no longer than `max_age` before this call, or after it. Raises what `fetch` raised."""
        oldest = self._now() - max_age
        answers: dict[K, V] = {}
        to_come: dict[K, asyncio.Future[V]] = {}
        for key in dict.fromkeys(keys):
            known = self._known.get(key)
            if known is not None and known.observed_at >= oldest:
                self._known.move_to_end(key)
                answers[key] = known
            else:
                to_come[key] = self._ask(key, oldest)
        self._counters.cache_hits[self._kind] += len(answers)
        if to_come:
            # Not gather: an asker that gives up must not cancel the answer the others wait for.
            await asyncio.wait(to_come.values())
            answers.update((key, future.result()) for key, future in to_come.items())
        return answers

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._known)

    def put(self, key: K, answer: V) -> None:
        """Keeps an answer that came along with another read, unless a newer one is known."""
        known = self._known.get(key)
        if known is None or known.observed_at <= answer.observed_at:
            self._known[key] = answer
            self._known.move_to_end(key)
            # Answers may come only this way, and then nothing else would ever look at their number.
            if len(self._known) > self._limits.entries:
                self._known.popitem(last=False)

    async def close(self) -> None:
        """Ends requests under way; whoever waits for them gets MarketDataUnavailable."""
        if self._timer is not None:
            self._timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for request in self._requests.values():
            if not request.answer.done():
                request.answer.set_exception(self._closing())

    def _ask(self, key: K, oldest: datetime) -> "asyncio.Future[V]":
        request = self._requests.get(key)
        if request is not None and (request.sent_at is None or request.sent_at >= oldest):
            self._counters.cache_hits[self._kind] += 1
            return request.answer
        self._counters.cache_misses[self._kind] += 1
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        # Marks a failure as seen, also when every asker has gone.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._requests[key] = _Request(answer, sent_at=None)
        self._waiting.append(key)
        if len(self._waiting) >= self._limits.batch:
            self._flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._limits.gather_seconds, self._flush)
        return answer

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        keys, self._waiting = self._waiting, []
        if not keys:
            return
        sent_at = self._now()
        requests = {key: _Request(self._requests[key].answer, sent_at) for key in keys}
        self._requests.update(requests)
        task = asyncio.create_task(self._send(requests))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, requests: Mapping[K, _Request[V]]) -> None:
        answers: Mapping[K, V | Exception] = dict.fromkeys(requests, self._closing())
        try:
            answers = await self._fetch(tuple(requests))
        except Exception as error:
            answers = dict.fromkeys(requests, error)
        finally:
            self._settle(requests, answers)

    def _settle(self, requests: Mapping[K, _Request[V]], answers: Mapping[K, V | Exception]) -> None:
        for key, request in requests.items():
            if self._requests.get(key) is request:
                del self._requests[key]
            answer = answers.get(key, LookupError(f"{self._kind}: the source left out {key!r}"))
            if not isinstance(answer, Exception):
                self.put(key, answer)
                request.answer.set_result(answer)
            else:
                request.answer.set_exception(answer)
        self._forget()

    def _closing(self) -> MarketDataUnavailable:
        return MarketDataUnavailable(f"{self._kind}: market data is being closed")

    def _forget(self) -> None:
        oldest = self._now() - self._limits.keep
        for key in [key for key, answer in self._known.items() if answer.observed_at < oldest]:
            del self._known[key]
