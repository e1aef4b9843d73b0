"""Real processes only: tiny programs for the supervisor, the real servers where their behaviour is the point."""

import asyncio
import ipaddress
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from launcher.child_process import Program
from launcher.part import ProgramPart
from launcher.supervisor import RestartPolicy, Supervisor

ROOT = Path(__file__).resolve().parents[2]
QUICK = RestartPolicy(delay_first=0.02, delay_max=0.1, probe_every=0.05, silent_after=0.2)


async def eventually(question: Callable[[], bool], seconds_max: float = 30) -> None:
    """Poll until true; fails with the question's name otherwise."""
    deadline = asyncio.get_running_loop().time() + seconds_max
    while not question():
        assert asyncio.get_running_loop().time() < deadline, f"not within {seconds_max} s: {question}"
        await asyncio.sleep(0.02)


def cascadian(*arguments: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CASCADIAN_")}
    own = {f"CASCADIAN_{name.upper()}": value for name, value in settings.items()}
    return {**inherited, "CASCADIAN_DATA_DIR": str(data_dir), "CASCADIAN_SERVE_WEB": "false", **own}


MakePart = Callable[..., ProgramPart]


@pytest.fixture
def make_part(tmp_path: Path) -> MakePart:
    """A part that runs a few lines of Python; it is ready once `READY` (a path) exists."""

    def make(
        name: str,
        code: str,
        answers: Callable[[], Awaitable[bool]] | None = None,
        ready_seconds_max: float = 20,
        stop_seconds_max: float = 10,
        hung_seconds_max: float | None = None,
    ) -> ProgramPart:
        ready_file = tmp_path / f"{name}.ready"
        prelude = f"import os, pathlib, signal, sys, time; READY = pathlib.Path({str(ready_file)!r})\n"

        async def ready() -> bool:
            return ready_file.exists()

        program = Program(name, [sys.executable, "-c", prelude + code], tmp_path / f"{name}.log")
        return ProgramPart(
            program,
            answers or ready,
            ready_file=ready_file,
            ready_seconds_max=ready_seconds_max,
            stop_seconds_max=stop_seconds_max,
            hung_seconds_max=hung_seconds_max,
        )

    return make


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
async def supervisor(said: list[str]) -> AsyncIterator[Supervisor]:
    made = Supervisor(said.append, policy=QUICK)
    yield made
    await made.stop()


def listening_addresses(pid: int) -> list[str]:
    """`127.0.0.1:7233` for each TCP socket this process listens on. Linux."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            inodes.add(str(descriptor.readlink()))
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
            host, port = fields[1].split(":")
            found.append(
                f"{ipaddress.ip_address(int.from_bytes(bytes.fromhex(host), 'little'))}:{int(port, 16)}"
            )
    # A socket of the version 6 table would be open to more than this address; there must be none.
    for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
            found.append(f"[{fields[1]}]:0")
    return found
