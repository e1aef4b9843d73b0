"""The whole product as a person starts it: `cascadian up` in a data folder of its own, seen only from outside."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from launcher.free_port import choose_port
from launcher.postgres import EmbeddedPostgres
from tests.eventually import eventually

ROOT = Path(__file__).resolve().parents[1]
CASCADIAN = Path(sys.executable).parent / "cascadian"
START_LIMIT = 120.0
STOP_LIMIT = 100.0
"""More than the deadlines of all parts together."""


class Product:
    """One running instance. `data` outlives it, so that a second start can be tried."""

    def __init__(self, data: Path, port: int, settings: Mapping[str, str]) -> None:
        self.data = data
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            "CASCADIAN_DATA_DIR": str(data),
            "CASCADIAN_PORT": str(port),
            "CASCADIAN_MARKETS": "sandbox",
            "CASCADIAN_MIN_INTERVAL": "1",
            **settings,
        }
        self._supervisor: asyncio.subprocess.Process | None = None
        self.output = data.parent / f"{data.name}.out"
        self.token = ""

    async def start(self) -> None:
        """Returns when the product says where it is."""
        with self.output.open("ab") as out:
            self._supervisor = await asyncio.create_subprocess_exec(
                str(CASCADIAN), "up", stdout=out, stderr=out, env=self._environment, cwd=ROOT
            )
        await eventually(self._is_up, within=START_LIMIT, every=0.2)

    async def _is_up(self) -> bool:
        assert self._supervisor is not None
        if self._supervisor.returncode is not None:
            raise RuntimeError(f"cascadian up ended:\n{self.output.read_text()[-3000:]}")
        return (await self.status()).get("healthy") is True

    async def stop(self) -> int:
        """Ctrl-C; the exit code. Nothing is left running, also when that takes too long."""
        assert self._supervisor is not None
        if self._supervisor.returncode is None:
            self._supervisor.send_signal(signal.SIGINT)
        try:
            return await asyncio.wait_for(self._supervisor.wait(), STOP_LIMIT)
        finally:
            if self._supervisor.returncode is None:
                # The parts end with their supervisor.
                self._supervisor.kill()
                await self._supervisor.wait()

    async def command(self, *arguments: str) -> str:
        """Output of a `cascadian` command on this instance."""
        process = await asyncio.create_subprocess_exec(
            str(CASCADIAN),
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment,
            cwd=ROOT,
        )
        out, _ = await process.communicate()
        return out.decode()

    async def status(self) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(await self.command("status", "--json"))
        except json.JSONDecodeError:
            return {}
        return answer

    async def part(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(p for p in (await self.status())["parts"] if p["name"] == name)
        return found

    async def kill(self, name: str) -> int:
        """kill -9 of one part, as a crash would; the pid that died."""
        pid = int((await self.part(name))["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    async def login_link(self) -> str:
        found = re.search(r"https?://\S+/login\?code=\S+", await self.command("login-link"))
        assert found is not None
        return found.group()

    async def client(self) -> httpx.AsyncClient:
        """An API client of the owner, by bearer token."""
        if not self.token:
            found = re.search(r"cas_[A-Za-z0-9_-]+", await self.command("token", "create", "test"))
            assert found is not None
            self.token = found.group()
        return httpx.AsyncClient(
            base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=20
        )

    async def query(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """An independent look at the books."""
        port = int((await self.part("postgres"))["port"])
        connection = await asyncpg.connect(EmbeddedPostgres(self.data / "postgres", port).dsn, timeout=10)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *arguments)
            return rows
        finally:
            await connection.close()


@asynccontextmanager
async def running_product(data: Path, **settings: str) -> AsyncIterator[Product]:
    """Started, and stopped again whatever happens."""
    product = Product(data, choose_port(), settings)
    try:
        await product.start()
        yield product
    finally:
        if product._supervisor is not None:
            await product.stop()
