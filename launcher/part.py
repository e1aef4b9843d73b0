"""What the supervisor knows of a part, and the part made of an ordinary program."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from launcher.child_process import ChildProcess, Program
from launcher.errors import PartFailed

POLL_SECONDS = 0.05


class Part(Protocol):
    """Started again after a crash by the same `start`."""

    @property
    def name(self) -> str: ...

    @property
    def port(self) -> int | None: ...

    @property
    def process(self) -> ChildProcess | None:
        """The latest process, also when it has ended."""
        ...

    async def start(self) -> None:
        """Returns when ready. Raises PartFailed, and then leaves no process behind; so does cancelling it."""
        ...

    async def stop(self) -> None:
        """Ends it, by force after its deadline. Fine when it does not run."""
        ...

    async def probe(self) -> bool:
        """True when it answers now."""
        ...

    @property
    def hung_seconds_max(self) -> float | None:
        """Alive but without an answer for so long it is killed and started again; None: it is only named."""
        ...


class ProgramPart:
    """A program with a readiness question. `ready_file` is deleted before each start."""

    def __init__(
        self,
        program: Program,
        ready: Callable[[], Awaitable[bool]],
        *,
        port: int | None = None,
        ready_file: Path | None = None,
        ready_seconds_max: float = 60,
        stop_seconds_max: float = 15,
        hung_seconds_max: float | None = None,
    ) -> None:
        self._program = program
        self._ready = ready
        self._ready_file = ready_file
        self._ready_seconds_max = ready_seconds_max
        self._stop_seconds_max = stop_seconds_max
        self.port = port
        self.hung_seconds_max = hung_seconds_max
        self.process: ChildProcess | None = None

    @property
    def name(self) -> str:
        return self._program.name

    async def start(self) -> None:
        if self._ready_file is not None:
            self._ready_file.unlink(missing_ok=True)
        self.process = process = await ChildProcess.spawn(self._program)
        try:
            await self._wait_until_ready(process)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        if self.process is not None:
            await self.process.stop(self._stop_seconds_max)

    async def probe(self) -> bool:
        return self.process is not None and self.process.running and await self._ready()

    async def _wait_until_ready(self, process: ChildProcess) -> None:
        deadline = asyncio.get_running_loop().time() + self._ready_seconds_max
        while process.running:
            if await self._ready():
                return
            if asyncio.get_running_loop().time() > deadline:
                raise PartFailed(
                    f"{self.name} was not ready after {self._ready_seconds_max:.0f} s (log: {self._program.log})."
                )
            await asyncio.sleep(POLL_SECONDS)
        raise process.failure()
