"""One spoiled answer must not take the whole batch with it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from exchange.errors import MalformedEntry, MarketDataRefused

V = TypeVar("V")

MOST_REFUSALS = 24
"""Enough to single out two spoiled ones among 500; more refusals than that mean the venue refuses everything."""
ONE_MARKET = 2
"""Tokens of one market, which may be spoiled together without the venue having changed."""


async def read_isolated(
    keys: Sequence[str],
    read: Callable[[Sequence[str]], Awaitable[Mapping[str, V]]],
    not_known: Callable[[str, datetime], V],
    now: Callable[[], datetime],
) -> Mapping[str, V | Exception]:
    """Reads the keys together; a refused or malformed batch is halved until whatever spoils it stands alone.

    A key that is spoiled alone is answered with `not_known`, as of its refusal. When the venue refuses all keys, that says
    nothing about any of them, and they hold its exception.
    Raises MarketDataUnavailable like `read`.
    """
    answers: dict[str, V | Exception] = {}
    alone: dict[str, tuple[MarketDataRefused, datetime]] = {}
    answered = False
    batches = [keys]
    refusals = 0
    while batches:
        batch = batches.pop()
        try:
            answers.update(await read(batch))
            answered = True
        except MarketDataRefused as refusal:
            refusals += 1
            if len(batch) == 1:
                alone[batch[0]] = refusal, now()
            elif refusals > MOST_REFUSALS:
                answers.update(dict.fromkeys(batch, refusal))
            else:
                middle = len(batch) // 2
                batches += [batch[:middle], batch[middle:]]
    for key, (reason, at) in alone.items():
        # Without another answer a key that is refused looks like a venue that refuses everything; garbage in one place does not.
        spoiled = answered or (len(keys) <= ONE_MARKET and isinstance(reason, MalformedEntry))
        answers[key] = not_known(key, at) if spoiled else reason
    return answers
