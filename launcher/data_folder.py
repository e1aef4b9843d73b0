"""The data folder: one per instance. Says in sentences what is wrong with it; knows every path inside it."""

import errno
import fcntl
import json
import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from launcher.errors import LauncherError
from launcher.free_port import choose_port
from launcher.process_identity import ProcessIdentity, identity_of, is_alive

FREE_BYTES_MIN = 300_000_000
DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)
LEFTOVER_SECONDS_MAX = 30.0
POLL_SECONDS = 0.05
# What `reset` deletes. Nothing else: the setting may name a folder that holds other things too.
OWN_NAMES = (
    "postgres",
    "temporal",
    "sandbox",
    "logs",
    "run",
    "source",
    "ports.json",
    "state.json",
    "session_secret",
)


class DataFolder:
    """Paths and small files of one data folder (CASCADIAN_DATA_DIR)."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.postgres = self.path / "postgres"
        self.temporal = self.path / "temporal"
        self.state_file = self.path / "state.json"
        self.lock_file = self.path / "lock"

    def prepare(self) -> None:
        """Make it if needed. Raises LauncherError when it can't be written or the disk is nearly full."""
        try:
            for folder in (self.path, self.logs, self.run):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = self.run / f"write-{secrets.token_hex(4)}"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
        except OSError as error:
            raise self.unwritable(error) from error
        free = shutil.disk_usage(self.path).free
        if free < FREE_BYTES_MIN:
            raise LauncherError(
                f"The disk of the data folder {self.path} is almost full: {free // 1_000_000} MB are free, "
                f"{FREE_BYTES_MIN // 1_000_000} MB are needed. Free some space or set CASCADIAN_DATA_DIR to another disk."
            )

    def is_at_fault(self, error: OSError) -> bool:
        """True for faults of this folder or its disk. A failed write, unlike a failed open, names no file."""
        if error.filename is not None:
            return Path(str(error.filename)).is_relative_to(self.path)
        return error.errno in DISK_FAULTS

    def unwritable(self, error: OSError) -> LauncherError:
        """The sentence for a failed write in this folder."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return LauncherError(
                f"The disk of the data folder {self.path} is full. Free some space or set CASCADIAN_DATA_DIR to another disk."
            )
        return LauncherError(
            f"The data folder {self.path} can't be written ({error.strerror}). "
            "Set CASCADIAN_DATA_DIR to a folder that this user may write."
        )

    def lock(self) -> int:
        """Lock the folder for this process and for the children that inherit the descriptor.

        Raises LauncherError when another instance runs on it. After a killed supervisor its parts may need a moment
        to end: waits for them, and ends those that stay.
        """
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + LEFTOVER_SECONDS_MAX
        while not _try_lock(descriptor):
            owner = self.owner()
            if owner is not None or time.monotonic() > deadline:
                os.close(descriptor)
                raise self._taken(owner)
            if time.monotonic() > deadline - LEFTOVER_SECONDS_MAX / 2:
                self._kill_leftovers()
            time.sleep(POLL_SECONDS)
        own = identity_of(os.getpid()) or ProcessIdentity(os.getpid(), "")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(own)).encode(), 0)
        return descriptor

    def owner(self) -> ProcessIdentity | None:
        """The supervisor that holds this folder, when it lives."""
        try:
            owner = ProcessIdentity(**json.loads(self.lock_file.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return owner if is_alive(owner) else None

    def is_locked(self) -> bool:
        """True while an instance, or a part of a killed one, holds the folder."""
        try:
            descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return not _try_lock(descriptor)
        finally:
            os.close(descriptor)

    def source(self) -> str | None:
        """The market source that the data in this folder came from; None in a new folder."""
        with suppress(OSError):
            return (self.path / "source").read_text().strip() or None
        return None

    def keep_source(self, source: str) -> None:
        write_atomically(self.path / "source", source + "\n")

    def ports(self) -> dict[str, int]:
        """The ports of the parts as of the last start."""
        try:
            stored = json.loads((self.path / "ports.json").read_text())
        except (OSError, ValueError):
            return {}
        return (
            {name: port for name, port in stored.items() if isinstance(port, int)}
            if isinstance(stored, dict)
            else {}
        )

    def choose_ports(self, names: tuple[str, ...]) -> dict[str, int]:
        """The same ports as last time where they are free, else others; kept for the next start."""
        ports = self.ports()
        taken: set[int] = set()
        for name in names:
            port = choose_port(ports.get(name))
            while port in taken:
                port = choose_port()
            ports[name] = port
            taken.add(port)
        write_atomically(self.path / "ports.json", json.dumps(ports))
        return ports

    def delete_contents(self) -> list[str]:
        """Delete what Cascadian made here; returns the names of what else is in the folder. Only while locked."""
        for name in OWN_NAMES:
            target = self.path / name
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)
        return sorted(entry.name for entry in self.path.iterdir() if entry != self.lock_file)

    def _taken(self, owner: ProcessIdentity | None) -> LauncherError:
        who = f"pid {owner.pid}" if owner else "parts of a killed instance that don't end"
        return LauncherError(
            f"Cascadian already runs on the data folder {self.path} ({who}). "
            "Stop it with `cascadian down`, or set CASCADIAN_DATA_DIR (and CASCADIAN_PORT) for a second instance."
        )

    def _kill_leftovers(self) -> None:
        from launcher.state_file import read_state

        state = read_state(self.state_file)
        for part in state.parts if state else ():
            if part.identity is not None and is_alive(part.identity):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(part.identity.pid, 9)


def write_atomically(path: Path, text: str) -> None:
    """Written beside and renamed; 0600."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    beside.replace(path)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
