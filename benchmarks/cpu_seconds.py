"""Processor time of a process and all its descendants, as the kernel counts it."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root: int) -> float:
    """User and system seconds; of children that ended, what their parents have collected."""
    stats = {pid: fields for pid in _pids() if (fields := _stat(pid)) is not None}
    family, added = {root}, True
    while added:
        more = {pid for pid, fields in stats.items() if int(fields[1]) in family} - family
        family, added = family | more, bool(more)
    return sum(sum(map(int, stats[pid][11:15])) for pid in family if pid in stats) / TICKS


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the third (state) on; None when it is gone."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
