"""What a crashed Postgres leaves in its folder: a pid file, sometimes processes that are still ending."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from launcher.process_identity import identity_of

GRACE_SECONDS = 10
POLL_SECONDS = 0.02


async def clear_leftovers(cluster: Path) -> None:
    """Wait for the processes of an earlier server on this folder, end those that stay, then drop its pid file.

    Only for a folder that this process holds the lock of. The pid file goes last: Postgres would take a zombie, or a
    stranger with the same number, for a live server and refuse to start.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    loop = asyncio.get_running_loop()
    deadline = loop.time() + GRACE_SECONDS
    _signal(cluster, signal.SIGINT)
    while remaining := _processes_of(cluster):
        if loop.time() > deadline:
            for pid in remaining:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            deadline = loop.time() + GRACE_SECONDS
        await asyncio.sleep(POLL_SECONDS)
    pid_file.unlink(missing_ok=True)


def _signal(cluster: Path, number: signal.Signals) -> None:
    """To the old server alone, if it lives: its own children end with it."""
    pid = _server_pid(cluster)
    if pid is not None and pid in _processes_of(cluster):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _server_pid(cluster: Path) -> int | None:
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _processes_of(cluster: Path) -> list[int]:
    """Every process of a server works inside its folder. Where there is no /proc only the server itself is found."""
    if sys.platform != "linux":
        pid = _server_pid(cluster)
        return [pid] if pid is not None and identity_of(pid) is not None else []
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if (entry / "cwd").readlink() == cluster:
                    found.append(int(entry.name))
    return [pid for pid in found if identity_of(pid) is not None]
