"""Poll with a deadline instead of sleeping."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], *, within: float = 30.0, every: float = 0.05) -> T:
    """The first truthy answer of `look`; fails with the last answer or error when `within` seconds have passed."""
    deadline = asyncio.get_running_loop().time() + within
    last: object = None
    while True:
        try:
            answer = await look()
            if answer:
                return answer
            last = answer
        except AssertionError as error:
            last = error
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {within} s; last seen: {last!r}")
        await asyncio.sleep(every)
