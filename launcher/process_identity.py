"""Which process a pid meant. A pid alone is not enough: the number may belong to somebody else by now."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessIdentity:
    """A pid and the moment it began, as the system words it. The moment is empty where it could not be read."""

    pid: int
    started: str


def identity_of(pid: int) -> ProcessIdentity | None:
    """None when there is no such process (a zombie counts as none)."""
    if sys.platform == "linux":
        return _from_proc(pid)
    asked = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, started = asked.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else ProcessIdentity(pid, started.strip())


def is_alive(identity: ProcessIdentity) -> bool:
    """True when exactly this process still runs."""
    now = identity_of(identity.pid)
    return now is not None and (not identity.started or now.started == identity.started)


def pid_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _from_proc(pid: int) -> ProcessIdentity | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The program's name stands in parentheses and may itself hold spaces and parentheses.
    fields = text.rpartition(")")[2].split()
    state, start_ticks = fields[0], fields[19]
    return None if state in "ZX" else ProcessIdentity(pid, f"{boot}/{start_ticks}")
