"""Cascadian's own parts: how each is started, how one knows that it is ready, what it is told by its environment."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.settings import MarketSource, Settings
from launcher.child_process import ChildProcess, Program
from launcher.data_folder import DataFolder
from launcher.errors import LauncherError, PartFailed
from launcher.free_port import LOOPBACK
from launcher.http_probe import answers_ok, reachable_host
from launcher.part import ProgramPart
from launcher.secret_settings import COPILOT_KEY, without_secrets

ROOT = Path(__file__).resolve().parent.parent
WEB_INDEX = ROOT / "web" / "dist" / "index.html"
MIGRATE_SECONDS_MAX = 300
WORKER_SILENT_MAX = 15.0
WORKER_HUNG_MAX = 90.0
"""Its heartbeats have stopped long before, so Temporal counts on nothing it does; only a new one carries on."""


@dataclass(frozen=True)
class Addresses:
    """Where the started or external parts are. URLs hold passwords: never print them."""

    database_url: str
    temporal: str
    temporal_ui: str | None
    sandbox_url: str | None
    public_url: str


def public_url(settings: Settings) -> str:
    """What a person types into the browser."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = reachable_host(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def child_environment(
    settings: Settings, folder: DataFolder, source: MarketSource, addresses: Addresses
) -> dict[str, str]:
    """The caller's environment plus everything that was decided here."""
    decided = {
        "HOST": settings.host,
        "PORT": str(settings.port),
        "PUBLIC_URL": addresses.public_url,
        "DATA_DIR": str(folder.path),
        "MARKETS": str(source),
        "DATABASE_URL": addresses.database_url,
        "TEMPORAL_ADDRESS": addresses.temporal,
        "TEMPORAL_UI_URL": addresses.temporal_ui,
        "SANDBOX_URL": addresses.sandbox_url,
        "SANDBOX_CAPTURE": str(settings.sandbox_capture.resolve()) if settings.sandbox_capture else None,
    }
    own = {f"CASCADIAN_{name}": value for name, value in decided.items() if value is not None}
    return {**os.environ, "PYTHONUNBUFFERED": "1", **own}


def sandbox_part(settings: Settings, folder: DataFolder, port: int, lock_fd: int) -> ProgramPart:
    """The local Polymarket. Ready when its clock can be read."""
    arguments = [
        "--port",
        str(port),
        "--seed",
        str(settings.sandbox_seed),
        "--speed",
        str(settings.sandbox_speed),
    ]
    if settings.sandbox_capture is not None:
        capture = settings.sandbox_capture.resolve()
        if not capture.is_dir():
            raise LauncherError(f"CASCADIAN_SANDBOX_CAPTURE names {capture}, which is not a folder.")
        arguments += ["--capture", str(capture)]
    env = without_secrets({**os.environ, "PYTHONUNBUFFERED": "1"})
    program = _python("sandbox", "sandbox", arguments, folder, env, lock_fd)
    return ProgramPart(
        program, lambda: answers_ok(LOOPBACK, port, "/clob/time"), port=port, stop_seconds_max=5
    )


def worker_environment(env: Mapping[str, str], ready_file: Path) -> dict[str, str]:
    """Only the API asks models."""
    own = {name: value for name, value in env.items() if name != COPILOT_KEY}
    return {**own, "CASCADIAN_READY_FILE": str(ready_file)}


def worker_part(folder: DataFolder, env: Mapping[str, str], lock_fd: int) -> ProgramPart:
    """Ready when it has made its ready file, which it does once it polls Temporal, and touches from then on."""
    ready_file = folder.run / "worker.ready"
    own_env = worker_environment(env, ready_file)
    program = _python("worker", "worker", [], folder, own_env, lock_fd)

    async def ready() -> bool:
        try:
            return time.time() - ready_file.stat().st_mtime < WORKER_SILENT_MAX
        except FileNotFoundError:
            return False

    return ProgramPart(
        program,
        ready,
        ready_file=ready_file,
        ready_seconds_max=120,
        stop_seconds_max=30,
        hung_seconds_max=WORKER_HUNG_MAX,
    )


def api_part(settings: Settings, folder: DataFolder, env: Mapping[str, str], lock_fd: int) -> ProgramPart:
    """Ready when its health page answers 200."""
    host = reachable_host(settings.host)
    program = _python("api", "api", [], folder, env, lock_fd)
    return ProgramPart(program, lambda: answers_ok(host, settings.port, "/api/health"), port=settings.port)


async def migrate(folder: DataFolder, env: Mapping[str, str], lock_fd: int) -> None:
    """Bring the database to this version's tables. Raises PartFailed."""
    process = await ChildProcess.spawn(_python("migrate", "db.migrate", [], folder, env, lock_fd))
    try:
        code = await asyncio.wait_for(process.wait(), MIGRATE_SECONDS_MAX)
    except TimeoutError:
        raise PartFailed(
            f"migrate did not end within {MIGRATE_SECONDS_MAX} s (log: {folder.logs}/migrate.log)."
        ) from None
    finally:
        if process.running:
            await process.stop(5)
    if code != 0:
        raise process.failure()


def _python(
    name: str, module: str, arguments: list[str], folder: DataFolder, env: Mapping[str, str], lock_fd: int
) -> Program:
    return Program(
        name=name,
        command=[sys.executable, "-m", module, *arguments],
        log=folder.logs / f"{name}.log",
        env=env,
        cwd=ROOT,
        # After a crash of the supervisor nothing is worth draining: the next start waits for their end.
        death_signal=signal.SIGKILL,
        lock_fd=lock_fd,
    )
