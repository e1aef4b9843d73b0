"""Who waits for events can always be stopped, also in the very moment in which one comes."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from api.event_stream import publisher, stream


@pytest.mark.parametrize("turns", range(5))
@pytest.mark.parametrize("wait", [publisher._wait, stream._woken])
async def test_a_stop_that_comes_together_with_an_event_is_obeyed(
    wait: Callable[[asyncio.Event], Awaitable[object]], turns: int
) -> None:
    wake = asyncio.Event()

    async def for_ever() -> None:
        while True:
            await wait(wake)
            wake.clear()

    task = asyncio.create_task(for_ever())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    wake.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait((task,), timeout=5)
    task.cancel()
    assert done
