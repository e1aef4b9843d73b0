"""Log files of bounded size. Parts write straight into their file, so that the last lines survive any crash."""

import os
import shutil
from pathlib import Path

LOG_BYTES_MAX = 10_000_000
TAIL_BYTES = 8_000


def open_log(path: Path) -> int:
    """A file descriptor that appends. Appending is what makes cutting the file under a live writer safe."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def rotate_log(path: Path, bytes_max: int = LOG_BYTES_MAX) -> bool:
    """When the file is too big, keep it as `<name>.1` and go on empty. Two files per part at most. True if it was cut."""
    try:
        if path.stat().st_size <= bytes_max:
            return False
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)
    except OSError:
        return False
    return True


def last_lines(path: Path, count: int = 5) -> str:
    """The last lines, for a failure sentence; empty when there is no log yet."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join([line for line in text.splitlines() if line.strip()][-count:])
