"""The product's servers, as `cascadian up` runs them: a fresh folder, real Postgres, real Temporal, sandbox, one worker."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from api.temporal_gateway import TemporalGateway
from benchmarks.cpu_seconds import cpu_seconds
from config.settings import Settings
from db.migrate import upgrade
from db.session import Database
from launcher.child_process import ChildProcess, Program
from launcher.free_port import choose_port
from launcher.postgres import EmbeddedPostgres
from launcher.temporal_server import EmbeddedTemporal

ROOT = Path(__file__).resolve().parents[1]
TASK_QUEUE = "cascadian"
READY_SECONDS_MAX = 60

Prepare = Callable[[str], Awaitable[dict[str, str]]]


@dataclass
class Stack:
    """Everything that runs, each part with its process id."""

    folder: Path
    postgres: EmbeddedPostgres
    temporal: EmbeddedTemporal
    database: Database
    gateway: TemporalGateway
    sandbox_url: str
    sandbox_pid: int
    worker_pid: int
    start_worker: Callable[[], Awaitable[int]]
    """Another worker, ready, in place of one that was killed; its pid."""

    def cpu(self) -> dict[str, float]:
        """Seconds so far, by part."""
        pids = {
            "worker": self.worker_pid,
            "temporal": self.temporal.pid,
            "postgres": self.postgres.pid,
            "sandbox": self.sandbox_pid,
        }
        return {part: cpu_seconds(pid) for part, pid in pids.items() if pid is not None}

    async def upstream_requests(self) -> int:
        """How many the sandbox has been asked so far."""
        async with httpx.AsyncClient() as http:
            answer = await http.get(f"{self.sandbox_url}/sandbox/requests")
            return int(answer.raise_for_status().json()["total"])


@asynccontextmanager
async def running_stack(
    worker_module: str | None = None, prepare: Prepare | None = None
) -> AsyncIterator[Stack]:
    """Started, migrated, and with its worker polling. `worker_module` runs instead of the product's worker. `prepare` is
    called with the sandbox's address before it starts and answers with more of its environment."""
    async with AsyncExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="cascadian-bench-")))
        postgres = EmbeddedPostgres(folder / "postgres")
        temporal = EmbeddedTemporal(folder / "temporal")
        cleanup.push_async_callback(postgres.stop)
        cleanup.push_async_callback(temporal.stop)
        await asyncio.gather(postgres.start(), temporal.start())
        await asyncio.to_thread(upgrade, postgres.dsn)
        sandbox, sandbox_url = await _sandbox(cleanup, folder)
        environment = {
            "CASCADIAN_DATABASE_URL": postgres.dsn,
            "CASCADIAN_TEMPORAL_ADDRESS": temporal.address,
            "CASCADIAN_MARKETS": "sandbox",
            "CASCADIAN_SANDBOX_URL": sandbox_url,
            "CASCADIAN_TASK_QUEUE": TASK_QUEUE,
            "CASCADIAN_READY_FILE": str(folder / "worker.ready"),
        }
        environment |= await prepare(sandbox_url) if prepare else {}
        command = ["-m", worker_module] if worker_module else [str(ROOT / "worker.py")]

        async def start_worker() -> int:
            (folder / "worker.ready").unlink(missing_ok=True)
            worker = await _child(cleanup, folder, "worker", command, environment)
            await _until((folder / "worker.ready").exists, worker)
            return worker.pid

        worker_pid = await start_worker()
        database = Database(postgres.dsn, pool_size=20)
        cleanup.push_async_callback(database.close)
        yield Stack(
            folder=folder,
            postgres=postgres,
            temporal=temporal,
            database=database,
            gateway=_gateway(temporal.address),
            sandbox_url=sandbox_url,
            sandbox_pid=sandbox.pid,
            worker_pid=worker_pid,
            start_worker=start_worker,
        )


def _gateway(address: str) -> TemporalGateway:
    return TemporalGateway(
        address=address,
        namespace="default",
        task_queue=TASK_QUEUE,
        api_key=None,
        tls=False,
        continue_as_new_events=Settings.model_fields["continue_as_new_events"].default,
    )


async def _sandbox(cleanup: AsyncExitStack, folder: Path) -> tuple[ChildProcess, str]:
    port = choose_port()
    url = f"http://127.0.0.1:{port}"
    process = await _child(cleanup, folder, "sandbox", ["-m", "sandbox", "--port", str(port)], {})

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/sandbox/requests", timeout=2).is_success
        except httpx.HTTPError:
            return False

    await _until(answers, process)
    return process, url


async def _child(
    cleanup: AsyncExitStack, folder: Path, name: str, arguments: list[str], environment: Mapping[str, str]
) -> ChildProcess:
    process = await ChildProcess.spawn(
        Program(
            name=name,
            command=[sys.executable, *arguments],
            log=folder / f"{name}.log",
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            cwd=ROOT,
        )
    )
    cleanup.push_async_callback(process.stop, 20)
    return process


async def _until(ready: Callable[[], bool], process: ChildProcess) -> None:
    """Raises what the process says when it ends instead."""
    async with asyncio.timeout(READY_SECONDS_MAX):
        while not await asyncio.to_thread(ready):
            if not process.running:
                raise process.failure()
            await asyncio.sleep(0.05)
