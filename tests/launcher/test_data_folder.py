import asyncio
import errno
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from launcher.data_folder import DataFolder
from launcher.errors import LauncherError
from launcher.free_port import is_free
from launcher.instance import run_instance
from launcher.process_identity import identity_of
from tests.launcher.conftest import ROOT, eventually

HOLD = (
    "import sys, time\nfrom pathlib import Path\nfrom launcher.data_folder import DataFolder\n"
    "folder = DataFolder(Path(sys.argv[1]))\nfolder.prepare()\nfd = folder.lock()\n"
)
SLEEP = "print('locked', flush=True)\ntime.sleep(600)\n"
ORPHAN = (
    "import subprocess\nchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep({seconds})'], pass_fds=[fd], stdout=-3)\n"
    "print(child.pid, flush=True)\ntime.sleep(600)\n"
)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    return made


async def holder(folder: DataFolder, code: str) -> tuple[asyncio.subprocess.Process, str]:
    """Another process that holds the lock, and the first line it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD + code, str(folder.path), cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def test_a_second_instance_on_the_same_folder_is_refused(folder: DataFolder) -> None:
    process, _ = await holder(folder, SLEEP)
    with pytest.raises(
        LauncherError, match=rf"already runs on the data folder .*pid {process.pid}.*cascadian down"
    ):
        folder.lock()
    assert folder.is_locked()
    assert folder.owner() == identity_of(process.pid)
    process.kill()
    await process.wait()
    assert not folder.is_locked()
    os.close(folder.lock())


async def test_the_lock_waits_for_parts_of_a_killed_instance(folder: DataFolder) -> None:
    process, child = await holder(folder, ORPHAN.format(seconds=4))
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert folder.is_locked()
    descriptor = await asyncio.to_thread(folder.lock)
    os.close(descriptor)
    await eventually(lambda: identity_of(int(child)) is None)


def test_ports_stay_the_same_while_they_are_free_and_change_when_taken(folder: DataFolder) -> None:
    first = folder.choose_ports(("postgres", "temporal"))
    assert folder.choose_ports(("postgres", "temporal")) == first
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first["postgres"]))
        taken.listen(1)
        assert not is_free(first["postgres"])
        second = folder.choose_ports(("postgres", "temporal"))
    assert second["postgres"] != first["postgres"]
    assert second["temporal"] == first["temporal"]
    assert folder.ports() == second


def test_the_folder_and_its_files_are_private(folder: DataFolder) -> None:
    folder.keep_source("sandbox")
    assert stat.S_IMODE((folder.path / "source").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LauncherError, match=r"can't be written .*CASCADIAN_DATA_DIR"):
        DataFolder(tmp_path / "file" / "data").prepare()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named_with_the_way_out(folder: DataFolder) -> None:
    with pytest.raises(OSError) as raised, open("/dev/full", "wb", buffering=0) as full:
        full.write(b"x")
    sentence = str(folder.unwritable(raised.value))
    assert "is full" in sentence
    assert "CASCADIAN_DATA_DIR" in sentence


def test_only_its_own_faults_are_said_to_be_the_folders(folder: DataFolder) -> None:
    inside, beside = str(folder.path / "state.json"), f"{folder.path}-other"
    assert folder.is_at_fault(PermissionError(errno.EACCES, "Permission denied", inside))
    assert not folder.is_at_fault(PermissionError(errno.EACCES, "Permission denied", beside))
    assert folder.is_at_fault(OSError(errno.ENOSPC, "No space left on device"))
    assert not folder.is_at_fault(OSError(errno.EMFILE, "Too many open files"))
    assert not folder.is_at_fault(OSError("no free port found"))


def test_up_says_what_the_system_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.free_port.PORTS", range(0))
    monkeypatch.setattr("launcher.free_port.TRIES_MAX", 0)
    settings = Settings(data_dir=tmp_path / "data", port=unused_port(), serve_web=False)
    with pytest.raises(LauncherError, match="no free port found"):
        run_instance(settings)


def test_an_almost_full_disk_is_refused_before_anything_starts(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.data_folder.FREE_BYTES_MIN", 10**18)
    with pytest.raises(LauncherError, match="almost full"):
        folder.prepare()


def test_reset_deletes_our_data_and_leaves_what_is_not_ours(folder: DataFolder) -> None:
    folder.keep_source("sandbox")
    folder.choose_ports(("postgres",))
    (folder.postgres / "cluster").mkdir(parents=True)
    (folder.path / "holiday.jpg").write_text("mine")
    assert folder.delete_contents() == ["holiday.jpg"]
    assert folder.source() is None
    assert sorted(entry.name for entry in folder.path.iterdir()) == ["holiday.jpg"]
