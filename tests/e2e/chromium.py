"""Which browser the tests drive: a named one, the machine's, or one from the npm lock file beside this file."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from launcher.web_build import install_packages, system_node, wheel_node

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PACKAGE = Path(__file__).parent / "browser"
UNPACK_SECONDS_MAX = 120


@dataclass(frozen=True)
class Chromium:
    """`environment` is added to the browser's."""

    path: str
    environment: dict[str, str | float | bool] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """$CHROME_PATH, else the system's, else one that is unpacked for this run. Linux only in the last case."""
    named = os.environ.get("CHROME_PATH")
    found = named or next((path for name in CANDIDATES if (path := shutil.which(name))), None)
    return Chromium(found) if found is not None else unpacked_chromium()


def unpacked_chromium() -> Chromium:
    """Installs and unpacks the package's browser, with the system libraries it brings along."""
    node = system_node() or wheel_node()
    install_packages(PACKAGE, node)
    program = shutil.which("node", path=node.env["PATH"])
    assert program is not None, "npm ran a moment ago"
    # A folder of its own: left-overs of another run would keep the libraries from being unpacked.
    folder = tempfile.mkdtemp(prefix="chromium-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # The variable makes the package unpack its own libnss and the like.
    environment = {**node.env, "TMPDIR": folder, "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    said = subprocess.run(
        [program, "unpack.mjs"],
        cwd=PACKAGE,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=UNPACK_SECONDS_MAX,
    ).stdout
    unpacked = json.loads(said)
    return Chromium(unpacked["path"], {**os.environ, "LD_LIBRARY_PATH": unpacked["libraries"]})
