"""The worker as a process of its own, while it has nobody to work for yet."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOBODY = "127.0.0.1:1"
SETTINGS = {
    "CASCADIAN_DATABASE_URL": f"postgresql://nobody@{NOBODY}/nothing",
    "CASCADIAN_TEMPORAL_ADDRESS": NOBODY,
    "CASCADIAN_MARKETS": "polymarket",
}


async def test_a_worker_that_still_looks_for_temporal_ends_when_told_to() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "worker.py"), cwd=ROOT, env={**os.environ, **SETTINGS}, stdout=PIPE, stderr=STDOUT
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while b"does not answer yet" not in await process.stdout.readline():
                assert not process.stdout.at_eof(), "it ended by itself"
            process.send_signal(signal.SIGTERM)
            await process.stdout.read()
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
