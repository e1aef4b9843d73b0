"""The login link of a start, while its database is away."""

import asyncio
from pathlib import Path

import pytest

from config.settings import Settings
from db.migrate import upgrade
from launcher import parts
from launcher.console import Console
from launcher.data_folder import DataFolder
from launcher.free_port import choose_port
from launcher.instance import Instance
from launcher.login_link import owner_login_link_within
from launcher.postgres import EmbeddedPostgres

PUBLIC_URL = "http://127.0.0.1:8000"


async def test_a_database_that_crashed_during_the_greeting_is_waited_for(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", options={"fsync": "off"})
    await server.start()
    try:
        await asyncio.to_thread(upgrade, server.dsn)
        await server.kill()
        asking = asyncio.create_task(owner_login_link_within(60, server.dsn, PUBLIC_URL))
        done, _ = await asyncio.wait({asking}, timeout=1)
        assert not done
        await server.start()
        assert str(await asking).startswith(f"{PUBLIC_URL}/login?code=")
    finally:
        await server.stop()


async def test_without_its_database_a_start_goes_on_and_says_how_to_get_a_login_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("launcher.instance.LINK_SECONDS_MAX", 0.3)
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    instance = Instance(Settings(), folder, -1, Console(folder.logs / "supervisor.log"))
    away = f"postgresql://nobody@127.0.0.1:{choose_port()}/none"
    addresses = parts.Addresses(
        database_url=away, temporal="", temporal_ui=None, sandbox_url=None, public_url=PUBLIC_URL
    )
    await instance._greet(addresses)
    printed = capsys.readouterr().out
    assert f"Open      {PUBLIC_URL}\n" in printed
    assert "run: cascadian login-link" in printed
