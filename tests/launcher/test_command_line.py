"""What a person reads when something is wrong: one sentence, exit code 1, no traceback."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.instance_commands import in_words
from config.settings import Settings
from launcher.data_folder import DataFolder
from launcher.errors import LauncherError
from launcher.instance import refuse_missing_web
from tests.launcher.conftest import ROOT, cascadian


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("cascadian: ")
    return lines[0]


def test_up_names_a_taken_port_and_how_to_change_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        said = sentence(cascadian("up", data_dir=tmp_path / "data", port=str(port), markets="sandbox"))
    assert f"Port {port}" in said
    assert f"CASCADIAN_PORT={port + 1}" in said


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid", "x" * 100])
def test_up_names_a_host_that_is_not_this_machine(tmp_path: Path, host: str) -> None:
    said = sentence(cascadian("up", data_dir=tmp_path / "data", host=host, markets="sandbox"))
    assert "CASCADIAN_HOST" in said
    assert "taken" not in said


async def test_up_refuses_a_folder_that_is_in_use(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    descriptor = folder.lock()
    try:
        said = sentence(await asyncio.to_thread(cascadian, "up", data_dir=folder.path))
    finally:
        os.close(descriptor)
    assert f"pid {os.getpid()}" in said


def test_up_refuses_a_folder_of_the_other_market_source(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.keep_source("polymarket")
    done = cascadian("up", data_dir=folder.path, markets="sandbox", port="0")
    assert "CASCADIAN_PORT" in sentence(done)
    from launcher.free_port import choose_port

    done = cascadian("up", data_dir=folder.path, markets="sandbox", port=str(choose_port()))
    assert done.returncode == 1
    assert "belongs to the market source polymarket" in done.stderr
    assert "Traceback" not in done.stderr
    assert not folder.postgres.exists()


def test_up_names_a_missing_web_ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.parts.WEB_INDEX", tmp_path / "index.html")
    with pytest.raises(LauncherError, match="make web"):
        refuse_missing_web(Settings())
    refuse_missing_web(Settings(serve_web=False))
    (tmp_path / "index.html").touch()
    refuse_missing_web(Settings())


def test_up_names_a_folder_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "can't be written" in sentence(cascadian("up", data_dir=tmp_path / "file" / "data"))


@pytest.mark.parametrize(("name", "value"), [("port", "eighty"), ("port", "70000"), ("markets", "kalshi")])
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert f"CASCADIAN_{name.upper()}" in sentence(
        cascadian("up", data_dir=tmp_path / "data", **{name: value})
    )


@pytest.mark.parametrize("arguments", [("login-link",), ("user", "list"), ("token", "create", "ci")])
def test_account_commands_need_a_running_instance(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert "Start it first" in sentence(cascadian(*arguments, data_dir=tmp_path / "data"))


def test_status_and_down_without_an_instance(tmp_path: Path) -> None:
    done = cascadian("status", "--json", data_dir=tmp_path / "data")
    assert done.returncode == 1
    assert json.loads(done.stdout)["running"] is False
    assert "Not running" in cascadian("status", data_dir=tmp_path / "data").stdout
    done = cascadian("down", data_dir=tmp_path / "data")
    assert (done.returncode, done.stdout[:12]) == (0, "Nothing runs")


def test_reset_asks_and_deletes_only_when_told(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    folder.keep_source("sandbox")
    assert cascadian("reset", data_dir=folder.path).returncode == 1
    assert folder.source() == "sandbox"
    assert cascadian("reset", "--yes", data_dir=folder.path).returncode == 0
    assert folder.source() is None


def test_reset_is_refused_while_the_folder_is_in_use(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    descriptor = folder.lock()
    try:
        assert "already runs" in sentence(cascadian("reset", "--yes", data_dir=folder.path))
    finally:
        os.close(descriptor)


def test_doctor_says_who_can_control_the_embedded_temporal(tmp_path: Path) -> None:
    done = cascadian("doctor", data_dir=tmp_path / "data")
    assert re.search(r"WARN\s+who controls\s+the embedded Temporal has no authentication", done.stdout)


def test_an_old_python_is_named() -> None:
    code = "import sys; sys.version_info = (3, 10, 2); sys.version = '3.10.2 (main)'; import cli"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "cascadian: Python 3.11 or newer is needed; this is 3.10.2",
    )


def test_spans_are_told_by_their_two_largest_units() -> None:
    from datetime import timedelta

    told = [in_words(timedelta(seconds=seconds)) for seconds in (0, 59, 60, 3_725, 90_061, 86_400 * 3 + 5)]
    assert told == ["0s", "59s", "1m", "1h 2m", "1d 1h", "3d 5s"]


def test_every_setting_is_in_the_running_guide() -> None:
    guide = (ROOT / "docs" / "running.md").read_text()
    rows = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `CASCADIAN_")]
    told = set[str]()
    for row in rows:
        names = re.findall(r"`([A-Z_]+)`", row)
        prefix = re.match(r"CASCADIAN_(?:SANDBOX|TEMPORAL|COPILOT)?", names[0])
        told.update(
            name if name.startswith("CASCADIAN") else f"{prefix[0] if prefix else ''}{name}" for name in names
        )
    assert told == {f"CASCADIAN_{name.upper()}" for name in Settings.model_fields}
