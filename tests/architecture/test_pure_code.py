"""domain/, contracts/ and workflows/ take no time, no randomness and no float money from their surroundings."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUFF = Path(sys.executable).parent / "ruff"
FOLDERS = ("domain", "contracts", "workflows")
SECONDS = {"workflows/activity_options.py"}
"""Retry options are numbers of the Temporal SDK, not money."""
BANNED = {
    "from datetime import UTC, datetime\nnow = datetime.now(UTC)\n": "datetime.datetime.now",
    "from datetime import datetime\nnow = datetime.utcnow()\n": "datetime.datetime.utcnow",
    "from datetime import date\ntoday = date.today()\n": "datetime.date.today",
    "import time\nnow = time.time()\n": "time.time",
    "import time\nnow = time.monotonic()\n": "time.monotonic",
    "from uuid import uuid4\nid = uuid4()\n": "uuid.uuid4",
    "import random\nx = random.random()\n": "random",
    "import secrets\nx = secrets.token_hex()\n": "secrets",
    "import os\nx = os.urandom(1)\n": "os",
}


def check(folder: str, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(RUFF), "check", "--no-cache", "--select", "TID251", "--output-format", "concise", *arguments],
        cwd=ROOT / folder,
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_pure_folders_call_nothing_that_is_banned(folder: str) -> None:
    ran = check(folder, ".")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("code", BANNED, ids=BANNED.values())
def test_a_banned_call_is_noticed(folder: str, code: str) -> None:
    ran = check(folder, "--stdin-filename", "tried_here.py", "-", code=code)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert f"`{BANNED[code]}" in ran.stdout


def floats(source: str) -> list[int]:
    """Lines that make a float: a call or a literal. Annotations do not count."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Call) and ast.unparse(node.func) == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]


def test_nothing_becomes_a_float_where_money_is_made() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.relative_to(ROOT).as_posix() not in SECONDS
        for line in floats(path.read_text())
    ]
    assert not found, ", ".join(found)


def test_a_float_is_noticed() -> None:
    assert floats("a = 1\nb = float(a)\nc = 0.1\n") == [2, 3]
