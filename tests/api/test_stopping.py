"""What runs for as long as the API does can always be stopped, also in the very moment in which something comes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest
from temporalio.client import Client

from api.event_stream import publisher, stream
from tests.api.conftest import dead_gateway


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
    assert await _ends(task, turns)


@pytest.mark.parametrize("turns", range(5))
async def test_a_stop_between_two_words_to_the_engine_is_obeyed(turns: int) -> None:
    gateway = dead_gateway()
    gateway._client = cast(Client, "connected")

    async def ask(client: Client) -> None:
        await asyncio.sleep(0)

    async def for_ever() -> None:
        while True:
            await gateway._call(ask)

    assert await _ends(asyncio.create_task(for_ever()), turns)


async def _ends(task: asyncio.Task[None], turns: int) -> bool:
    """Whether it does when it is cancelled after so many turns of the loop."""
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait((task,), timeout=5)
    task.cancel()
    return bool(done)
