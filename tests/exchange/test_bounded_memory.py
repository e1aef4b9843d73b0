"""Months of running must not fill the memory with answers nobody asks for any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.batch_loader import BatchLoader, LoaderLimits
from exchange.memo import Memo
from exchange.statistics import Counters
from tests.exchange.conftest import Clock

KEEP = timedelta(seconds=30)


@dataclass(frozen=True)
class Seen:
    observed_at: datetime


async def _nothing_is_fetched(keys: Sequence[str]) -> Mapping[str, Seen | Exception]:
    raise AssertionError(f"{keys} came along with another read")


def test_derived_answers_go_some_time_after_their_last_use() -> None:
    clock = Clock()
    memo: Memo[tuple[str, ...], Seen, list[str]] = Memo(1000, KEEP, clock.now)
    source = Seen(clock.now())
    kept = memo.get(("kept",), (source,), lambda: ["kept"])
    for number in range(100):
        clock.pass_by(1)
        memo.get((f"watchlist of minute {number}",), (source,), lambda: ["once"])
        assert memo.get(("kept",), (source,), lambda: ["again"]) is kept
        assert len(memo) <= 32


def test_derived_answers_are_bounded_in_number_too() -> None:
    memo: Memo[str, Seen, list[str]] = Memo(10, KEEP, Clock().now)
    for number in range(100):
        memo.get(str(number), (), lambda: ["x"])
    assert len(memo) == 10


async def test_answers_that_come_along_with_other_reads_are_bounded_in_number() -> None:
    clock, counters = Clock(), Counters()
    limits = LoaderLimits(batch=1, entries=10, keep=KEEP)
    loader: BatchLoader[str, Seen] = BatchLoader("markets", _nothing_is_fetched, limits, clock.now, counters)
    for number in range(100):
        loader.put(str(number), Seen(clock.now()))
    assert len(loader) == 10
    assert await loader.load("99", KEEP) == Seen(clock.now())
