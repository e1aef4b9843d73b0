"""One `cascadian up` for a test, driven as a person would: by signals and by the other commands."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from launcher.data_folder import DataFolder
from launcher.free_port import choose_port
from tests.launcher.conftest import ROOT, cascadian, environment

START_SECONDS_MAX = 90
STOP_SECONDS_MAX = 100
"""More than the deadlines of all parts together."""


class RunningInstance:
    """One `cascadian up` of its own, with everything it printed."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.folder = DataFolder(data_dir)
        self.settings = settings
        self.port = choose_port()
        self.printed: list[str] = []
        self.process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.printed.clear()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli",
            "up",
            cwd=ROOT,
            env=environment(self.folder.path, port=str(self.port), markets="sandbox", **self.settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())
        await self.until(lambda: any("Stop      Ctrl-C" in line for line in self.printed), START_SECONDS_MAX)

    async def until(self, question: Any, seconds_max: float = 40) -> None:
        deadline = asyncio.get_running_loop().time() + seconds_max
        while not question():
            running = self.process is not None and self.process.returncode is None
            assert running, "\n".join(["it ended:", *self.printed])
            assert asyncio.get_running_loop().time() < deadline, "\n".join(["too slow:", *self.printed])
            await asyncio.sleep(0.05)

    async def signal(self, number: signal.Signals) -> int:
        """Send it and wait for the end; the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        assert self.process is not None
        assert self._reader is not None
        try:
            code = await asyncio.wait_for(self.process.wait(), STOP_SECONDS_MAX)
        finally:
            if self.process.returncode is None:
                # The parts end with their supervisor.
                self.process.kill()
                await self.process.wait()
        await self._reader
        return code

    async def close(self) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.signal(signal.SIGINT)

    async def status(self) -> dict[str, Any]:
        done = await asyncio.to_thread(cascadian, "status", "--json", data_dir=self.folder.path)
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    async def pids(self) -> dict[str, int]:
        return {part["name"]: part["pid"] for part in (await self.status())["parts"]}

    async def cli(self, *arguments: str) -> str:
        done = await asyncio.to_thread(cascadian, *arguments, data_dir=self.folder.path, port=str(self.port))
        assert done.returncode == 0, done
        return done.stdout.strip()

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.printed.append(line.decode().rstrip())
