"""Derived answers kept as long as what they were derived from is the current one."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
S = TypeVar("S")
A = TypeVar("A")


class Memo(Generic[K, S, A]):
    """At most `entries` answers, the least used go first. A source counts as the same only when it is the same object."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._kept: OrderedDict[K, tuple[tuple[S, ...], A]] = OrderedDict()

    def get(self, key: K, sources: tuple[S, ...], derive: Callable[[], A]) -> A:
        """The answer derived from exactly these sources, derived now if need be."""
        kept = self._kept.get(key)
        if kept is not None and _same(kept[0], sources):
            self._kept.move_to_end(key)
            return kept[1]
        answer = derive()
        self._kept[key] = (sources, answer)
        self._kept.move_to_end(key)
        if len(self._kept) > self._entries:
            self._kept.popitem(last=False)
        return answer


def _same(some: tuple[S, ...], others: tuple[S, ...]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
