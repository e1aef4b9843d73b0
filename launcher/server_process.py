"""An embedded server: a program of its own that is started, asked until it answers, stopped, and killed as in a crash."""

import asyncio
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from launcher.child_process import ChildProcess, Program
from launcher.errors import PartFailed

READY_SECONDS_MAX = 60
POLL_SECONDS = 0.03


class ServerProcess(ABC):
    """`start` after `kill` or a crash goes on with the data of before."""

    name: str
    stop_seconds_max: int

    hung_seconds_max: float | None = None

    def __init__(self, data_dir: Path, log: Path | None, lock_fd: int | None) -> None:
        self._dir = data_dir.resolve()
        self._log = log or self._dir / f"{self.name}.log"
        self._lock_fd = lock_fd
        self.process: ChildProcess | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.running else None

    async def start(self) -> None:
        """Returns when it answers. Raises PartFailed with the end of the log."""
        await self._prepare()
        self.process = await ChildProcess.spawn(self._server())
        try:
            await self._wait_until_ready(self.process)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """A clean shutdown; a kill only after the deadline."""
        if self.process is not None:
            await self.process.stop(self.stop_seconds_max)

    async def kill(self) -> None:
        """SIGKILL, as a crash would. `start` works right afterwards."""
        if self.process is not None:
            self.process.send(signal.SIGKILL)
            await self.process.wait()

    @abstractmethod
    async def probe(self) -> bool:
        """True when it answers now."""

    async def _prepare(self) -> None:
        """What must be there before the program starts."""
        self._dir.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def _server(self) -> Program: ...

    @abstractmethod
    async def _trouble(self) -> str | None:
        """Why it is not ready yet, "" for no reason known; None when it is ready. Raises PartFailed when it never will be."""

    async def _wait_until_ready(self, process: ChildProcess) -> None:
        deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
        while process.running:
            trouble = await self._trouble()
            if trouble is None:
                return
            if asyncio.get_running_loop().time() > deadline:
                why = f"{trouble}; " if trouble else ""
                raise PartFailed(
                    f"{self.name} did not answer within {READY_SECONDS_MAX} s ({why}log: {self._log})."
                )
            await asyncio.sleep(POLL_SECONDS)
        raise process.failure()
