"""`cascadian up` as a whole: every part real, prices from the sandbox."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from launcher.free_port import choose_port, is_free
from launcher.postgres import EmbeddedPostgres
from launcher.process_identity import identity_of
from launcher.temporal_server import EmbeddedTemporal
from tests.launcher.conftest import cascadian, listening_addresses
from tests.launcher.running_instance import RunningInstance

pytestmark = [pytest.mark.timeout(240)]
PARTS = ["postgres", "temporal", "sandbox", "worker", "api"]


@pytest.fixture(scope="module")
async def instance(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningInstance]:
    running = RunningInstance(tmp_path_factory.mktemp("instance") / "data")
    try:
        await running.start()
        yield running
    finally:
        await running.close()


def descendants(pid: int) -> set[int]:
    """All processes below this one. Linux."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = set[int](), [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found.update(below)
        todo.extend(below)
    return found


def environ(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_it_prints_one_line_per_part_then_the_addresses(instance: RunningInstance) -> None:
    text = "\n".join(instance.printed)
    for part in PARTS:
        assert len(re.findall(rf"^cascadian: {part} +ready in \d+\.\d s", text, re.MULTILINE)) == 1, text
    assert re.search(r"^cascadian: migrate +done in", text, re.MULTILINE)
    assert "sandbox" in next(line for line in instance.printed if line.startswith("cascadian: markets"))
    assert f"http://127.0.0.1:{instance.port}/login?code=" in text
    status = await instance.status()
    assert status["temporal_ui_url"] in text
    async with httpx.AsyncClient(timeout=20) as http:
        assert (await http.get(status["temporal_ui_url"])).status_code == 200


async def test_the_login_link_is_not_written_to_a_log(instance: RunningInstance) -> None:
    code = re.search(r"login\?code=(\S+)", "\n".join(instance.printed))
    assert code is not None
    for log in instance.folder.logs.iterdir():
        assert code[1] not in log.read_text(errors="replace"), log


async def test_status_lists_parts_with_pids_ports_and_health(instance: RunningInstance) -> None:
    status = await instance.status()
    assert status["running"] is True
    assert status["healthy"] is True
    assert (status["source"], status["url"]) == ("sandbox", f"http://127.0.0.1:{instance.port}")
    assert sorted(part["name"] for part in status["parts"]) == sorted(PARTS)
    for part in status["parts"]:
        assert identity_of(part["pid"]) is not None
        assert part["healthy"] is True
        if part["port"] is not None:
            assert not is_free(part["port"])
    assert "running since" in await instance.cli("status")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_nothing_listens_beyond_loopback(instance: RunningInstance) -> None:
    assert instance.process is not None
    for pid in descendants(instance.process.pid):
        for address in listening_addresses(pid):
            assert address.startswith("127.0.0.1:"), (pid, address)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_secrets_stay_with_the_parts_that_need_them(instance: RunningInstance) -> None:
    pids = await instance.pids()
    for name in ("postgres", "temporal", "sandbox"):
        told = environ(pids[name])
        assert b"CASCADIAN_DATABASE_URL" not in told
        assert b"CASCADIAN_COPILOT_API_KEY" not in told
    assert b"CASCADIAN_DATABASE_URL" in environ(pids["api"])


async def test_a_second_instance_on_the_same_folder_is_refused(instance: RunningInstance) -> None:
    done = await asyncio.to_thread(cascadian, "up", data_dir=instance.folder.path, port=str(choose_port()))
    assert done.returncode == 1
    assert "already runs on the data folder" in done.stderr
    assert (await instance.status())["healthy"] is True


async def test_doctor_finds_everything_well(instance: RunningInstance) -> None:
    # More than once: on a busy machine one unanswered probe is a true finding and passes.
    deadline = asyncio.get_running_loop().time() + 60
    done = await asyncio.to_thread(
        cascadian, "doctor", data_dir=instance.folder.path, port=str(instance.port)
    )
    while done.returncode != 0:
        assert asyncio.get_running_loop().time() < deadline, done.stdout
        done = await asyncio.to_thread(
            cascadian, "doctor", data_dir=instance.folder.path, port=str(instance.port)
        )
    for subject in ("instance", "postgres", "temporal", "api", "disk", "python"):
        assert re.search(rf"^ok +{subject} ", done.stdout, re.MULTILINE), done.stdout


async def test_users_and_tokens_by_command(instance: RunningInstance) -> None:
    token = await instance.cli("token", "create", "ci")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{instance.port}", timeout=20) as http:
        headers = {"Authorization": f"Bearer {token}"}
        assert (await http.get("/api/strategies")).status_code == 401
        assert (await http.get("/api/strategies", headers=headers)).status_code == 200
        listed = await instance.cli("token", "list")
        assert token not in listed
        await instance.cli("token", "revoke", listed.split()[0])
        assert (await http.get("/api/strategies", headers=headers)).status_code == 401
    link = await instance.cli("user", "add", "ada@example.org")
    assert link.startswith(f"http://127.0.0.1:{instance.port}/login?code=")
    assert "ada@example.org" in await instance.cli("user", "list")
    assert await instance.cli("login-link", "--user", "ada@example.org") != link


@pytest.mark.parametrize(
    "part",
    # One supervisor starts them all again; with strategies running, tests/scenario/test_kills.py kills the others.
    [
        "postgres",
        "api",
        *(pytest.param(part, marks=pytest.mark.chaos) for part in ("temporal", "sandbox", "worker")),
    ],
)
async def test_a_killed_part_comes_back_alone_within_30_seconds(instance: RunningInstance, part: str) -> None:
    before = await instance.pids()
    heard = len(instance.printed)
    os.kill(before[part], signal.SIGKILL)
    await instance.until(lambda: any(f"{part} is back" in line for line in instance.printed[heard:]), 30)
    assert any(f"{part} ended by signal SIGKILL" in line for line in instance.printed[heard:])
    after = await instance.pids()
    assert after.pop(part) != before.pop(part)
    assert after == before


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; the death signal is Linux's")
async def test_killed_it_leaves_nothing_and_goes_on_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    running = RunningInstance(tmp_path / "data")
    try:
        await running.start()
        assert running.process is not None
        ports, below = running.folder.ports(), descendants(running.process.pid)
        assert len(below) >= len(PARTS)
        assert await running.signal(signal.SIGKILL) == -signal.SIGKILL

        # At once: the new one waits for what is still ending.
        await running.start()
        assert [pid for pid in below if identity_of(pid) is not None] == []
        assert running.folder.ports() == ports
        status = await running.status()
        assert (status["healthy"], status["source"]) == (True, "sandbox"), status

        below = descendants(running.process.pid)
        assert await running.signal(signal.SIGINT) == 0
        assert running.printed[-1] == "cascadian: stopped"
        assert [pid for pid in below if identity_of(pid) is not None] == []
        assert not running.folder.is_locked()
        assert all(is_free(port) for port in (*ports.values(), running.port))
        assert not (running.folder.postgres / "cluster" / "postmaster.pid").exists()
        assert (await running.status())["running"] is False
    finally:
        await running.close()


async def test_down_stops_a_start_in_its_middle(tmp_path: Path) -> None:
    running = RunningInstance(tmp_path / "data")
    starting = asyncio.create_task(running.start())
    while not any("ready in" in line for line in running.printed):
        await asyncio.sleep(0.02)
        assert not starting.done()
    below = descendants(running.process.pid if running.process else 0)
    assert await running.cli("down") == "Stopped."
    assert await running.ended() == 0
    await asyncio.gather(starting, return_exceptions=True)
    assert [pid for pid in below if identity_of(pid) is not None] == []
    assert not running.folder.is_locked()


async def test_named_postgres_and_temporal_are_used_and_not_started_or_stopped(tmp_path: Path) -> None:
    postgres, temporal = (
        EmbeddedPostgres(tmp_path / "postgres"),
        EmbeddedTemporal(tmp_path / "temporal", headless=True),
    )
    await asyncio.gather(postgres.start(), temporal.start())
    running = RunningInstance(tmp_path / "data", database_url=postgres.dsn, temporal_address=temporal.address)
    try:
        await running.start()
        status = await running.status()
        states = {part["name"]: (part["state"], part["address"]) for part in status["parts"]}
        assert states["postgres"] == ("external", f"127.0.0.1:{postgres.port}")
        assert states["temporal"] == ("external", temporal.address)
        assert status["healthy"] is True
        assert not running.folder.postgres.exists()
        assert await running.signal(signal.SIGTERM) == 0
        assert await postgres.probe()
        assert await temporal.probe()
    finally:
        await running.close()
        await asyncio.gather(postgres.stop(), temporal.stop())
