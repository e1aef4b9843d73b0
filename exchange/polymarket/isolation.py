"""One spoiled answer must not take the whole batch with it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from exchange.errors import MarketDataRefused

V = TypeVar("V")

MOST_REFUSALS = 24
"""Enough to single out two spoiled ones among 500; more refusals than that mean the venue refuses everything."""


async def read_isolated(
    keys: Sequence[str], read: Callable[[Sequence[str]], Awaitable[Mapping[str, V]]]
) -> Mapping[str, V | Exception]:
    """Reads the keys together; a refused or malformed batch is halved until whatever spoils it stands alone.

    A key that cannot be read holds its exception. Raises MarketDataUnavailable like `read`.
    """
    answers: dict[str, V | Exception] = {}
    batches = [keys]
    refusals = 0
    while batches:
        batch = batches.pop()
        try:
            answers.update(await read(batch))
        except MarketDataRefused as refusal:
            refusals += 1
            if len(batch) == 1 or refusals > MOST_REFUSALS:
                answers.update(dict.fromkeys(batch, refusal))
                continue
            middle = len(batch) // 2
            batches += [batch[:middle], batch[middle:]]
    return answers
