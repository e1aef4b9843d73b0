import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from launcher.cluster_leftovers import _processes_of
from launcher.errors import PartFailed
from launcher.postgres import EmbeddedPostgres
from launcher.process_identity import identity_of
from tests.launcher.conftest import ROOT, eventually


@pytest.fixture
async def postgres(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres")
    await server.start()
    yield server
    await server.stop()


async def fetch(server: EmbeddedPostgres, sql: str) -> object:
    connection = await asyncpg.connect(server.dsn, timeout=10)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_it_starts_empty_with_its_database_and_stops_clean(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "a folder with 'odd' letters ü")
    await server.start()
    pid = server.pid
    assert pid is not None
    assert await fetch(server, "select current_database()") == "cascadian"
    assert await fetch(server, "show server_encoding") == "UTF8"
    assert await fetch(server, "show timezone") == "UTC"
    assert await server.probe()
    await server.stop()
    assert server.process is not None
    assert server.process.returncode == 0
    assert identity_of(pid) is None
    assert not await server.probe()


async def test_nobody_gets_in_without_the_password(postgres: EmbeddedPostgres) -> None:
    for login in ("cascadian", "cascadian:wrong"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://{login}@127.0.0.1:{postgres.port}/cascadian", timeout=10)
    stored = await fetch(postgres, "select rolpassword from pg_authid where rolname = 'cascadian'")
    assert str(stored).startswith("SCRAM-SHA-256$")
    password_file = next((Path(p.program.cwd or "") / "password") for p in [postgres.process] if p)
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600


async def test_acknowledged_commits_survive_kill_9(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute("create table facts (n int primary key)")
    acknowledged = 0

    async def write() -> None:
        nonlocal acknowledged
        while True:
            await connection.execute("insert into facts values ($1)", acknowledged)
            acknowledged += 1

    writing = asyncio.create_task(write())
    await eventually(lambda: acknowledged >= 50)
    before = postgres.pid
    await postgres.kill()
    await asyncio.gather(writing, return_exceptions=True)
    connection.terminate()
    await postgres.start()
    assert postgres.pid != before
    assert await fetch(postgres, "select count(*) from facts") in (acknowledged, acknowledged + 1)


async def test_a_stale_pid_file_of_a_stranger_does_not_block_the_start(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    await server.start()
    await server.stop()
    pid_file = tmp_path / "postgres" / "cluster" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1700000000\n{server.port}\n\n127.0.0.1\n\n")
    await server.start()
    assert await server.probe()
    await server.stop()


async def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path / "postgres")
    await server.start()
    assert await server.probe()
    await server.stop()


async def test_a_taken_port_fails_with_the_servers_own_words(
    tmp_path: Path, postgres: EmbeddedPostgres
) -> None:
    second = EmbeddedPostgres(tmp_path / "second", port=postgres.port)
    with pytest.raises(PartFailed, match=r"(?s)(Address already in use|refuses the password)"):
        await second.start()
    assert second.pid is None


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
async def test_it_ends_with_a_killed_supervisor_and_the_next_start_copes(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom launcher.postgres import EmbeddedPostgres\n"
        "async def main():\n    server = EmbeddedPostgres(Path(sys.argv[1]))\n    await server.start()\n"
        "    print(server.pid, flush=True)\n    await asyncio.sleep(600)\nasyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path / "postgres"), cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    await process.wait()
    successor = EmbeddedPostgres(tmp_path / "postgres")
    await successor.start()
    assert identity_of(pid) is None
    assert successor.pid in _processes_of((tmp_path / "postgres" / "cluster").resolve())
    await successor.stop()
