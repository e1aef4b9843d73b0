"""Derived answers kept as long as what they were derived from is the current one."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
S = TypeVar("S")
A = TypeVar("A")


class Memo(Generic[K, S, A]):
    """At most `entries` answers, the least used go first; `keep` after its last use an answer is gone, so that questions
    nobody asks any more hold no memory. A source counts as the same only when it is the same object."""

    def __init__(self, entries: int, keep: timedelta, now: Callable[[], datetime]) -> None:
        self._entries = entries
        self._keep = keep
        self._now = now
        self._kept: OrderedDict[K, tuple[tuple[S, ...], A, datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K, sources: tuple[S, ...], derive: Callable[[], A]) -> A:
        """The answer derived from exactly these sources, derived now if need be."""
        now = self._now()
        kept = self._kept.get(key)
        answer = kept[1] if kept is not None and _same(kept[0], sources) else derive()
        self._kept[key] = (sources, answer, now)
        self._kept.move_to_end(key)
        self._forget(now - self._keep)
        return answer

    def _forget(self, oldest: datetime) -> None:
        while self._kept:
            *_, used = next(iter(self._kept.values()))
            if len(self._kept) <= self._entries and used >= oldest:
                return
            self._kept.popitem(last=False)


def _same(some: tuple[S, ...], others: tuple[S, ...]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
