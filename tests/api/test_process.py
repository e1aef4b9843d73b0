"""`python -m api`: the real process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from api.users import accounts
from db.session import Database
from launcher.free_port import choose_port
from tests.api.sse import open_stream
from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
STOP_SECONDS_MAX = 15
"""What the launcher gives a part to end."""


@asynccontextmanager
async def api_process(port: int, log: Path, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    own = {f"CASCADIAN_{name.upper()}": value for name, value in settings.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CASCADIAN_")}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "api",
            cwd=ROOT,
            env={**inherited, "CASCADIAN_PORT": str(port), **own},
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.timeout(180)
async def test_the_process_serves_and_ends_soon_also_with_open_streams(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    port = choose_port()
    address = f"http://127.0.0.1:{port}"
    async with database.write() as session:
        owner = await accounts.create_owner_if_missing(session)
        token = await accounts.create_token(session, owner, "process", datetime.now(UTC))
    log = tmp_path / "api.log"
    async with (
        api_process(
            port,
            log,
            database_url=database_url,
            temporal_address=f"127.0.0.1:{choose_port()}",
            markets="sandbox",
            sandbox_url=f"http://127.0.0.1:{choose_port()}",
            min_interval="5",
        ) as process,
        httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http,
    ):

        async def answers() -> bool:
            assert process.returncode is None, log.read_text()
            try:
                return (await http.get("/api/health")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, within=90)
        assert (await http.get("/api/me")).json()["is_owner"] is True
        async with open_stream(http) as stream:
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX) in (0, -signal.SIGTERM)

            async def ended() -> bool:
                return stream.ended

            await eventually(ended)
    text = log.read_text()
    assert token not in text
    assert "Traceback" not in text


@pytest.mark.timeout(120)
async def test_without_a_market_source_it_says_what_to_set(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    async with api_process(choose_port(), log, database_url=database_url, markets="auto") as process:
        assert await asyncio.wait_for(process.wait(), 90) == 1
    assert "CASCADIAN_MARKETS" in log.read_text()
