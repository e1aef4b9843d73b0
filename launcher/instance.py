"""One running instance, from the locked data folder to the login link and back to a clean end."""

import asyncio
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime

from config.settings import MarketSource, Settings
from launcher import parts
from launcher.console import Console
from launcher.data_folder import DataFolder
from launcher.errors import LauncherError
from launcher.external_parts import await_external_parts, safe_address
from launcher.free_port import LOOPBACK
from launcher.login_link import owner_login_link_within
from launcher.market_source import SourceChoice, choose_source
from launcher.part import Part
from launcher.postgres import EmbeddedPostgres
from launcher.process_identity import ProcessIdentity, identity_of
from launcher.state_file import InstanceState, PartState, PartStatus, write_state
from launcher.supervisor import Supervisor, first_failure_only
from launcher.temporal_server import EmbeddedTemporal
from launcher.web_port import web_port_refusal

PORT_NAMES = ("postgres", "temporal", "temporal_ui", "sandbox")
LINK_SECONDS_MAX = 30.0
"""For a database that crashed since it was ready: the supervisor is starting it again."""


def refuse_taken_port(settings: Settings) -> None:
    """Raises LauncherError when nothing can listen on the web port."""
    if refusal := web_port_refusal(settings):
        raise LauncherError(refusal)


def refuse_missing_web(settings: Settings) -> None:
    """Raises LauncherError when there is no web UI to serve."""
    if settings.serve_web and not parts.WEB_INDEX.exists():
        raise LauncherError(
            "The web UI is not built yet. Run `make web`, or start with CASCADIAN_SERVE_WEB=false."
        )


class Instance:
    """Built around a folder that is already locked by `lock_fd`."""

    def __init__(self, settings: Settings, folder: DataFolder, lock_fd: int, console: Console) -> None:
        self._settings = settings
        self._folder = folder
        self._lock_fd = lock_fd
        self._console = console
        self._supervisor = Supervisor(console.say, self._write_state)
        self._ports = folder.choose_ports(PORT_NAMES)
        self._source = settings.markets
        self._phase = "starting"
        self._started_at = datetime.now(UTC)
        self._identity = identity_of(os.getpid()) or ProcessIdentity(os.getpid(), "")
        self._external: list[PartStatus] = []
        self._temporal_ui = settings.temporal_ui_url
        self._disk_trouble_said = False

    async def run(self) -> int:
        """Until Ctrl-C or SIGTERM. Returns the exit code; raises LauncherError when the start fails."""
        stop = asyncio.Event()
        self._listen_for_signals(stop)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
            return 0
        finally:
            await self._end(starting, stopping)

    async def _start(self) -> None:
        settings, supervisor = self._settings, self._supervisor
        stored = self._folder.source()
        # A mismatch is refused before anything runs; only a new folder, or Polymarket's, needs to ask the network.
        choosing = asyncio.create_task(choose_source(settings.markets, stored, str(self._folder.path)))
        await asyncio.wait({choosing}, timeout=0.05)
        if choosing.done():
            choosing.result()
        embedded = self._embedded_parts()
        async with first_failure_only(), asyncio.TaskGroup() as group:
            group.create_task(await_external_parts(settings))
            group.create_task(supervisor.start(*embedded.values()))
        choice = await choosing
        self._keep_choice(choice)
        addresses = self._addresses(embedded)
        env = parts.child_environment(settings, self._folder, self._source, addresses)
        # Side by side: the sandbox knows no database, and a second start should not keep a person waiting.
        async with first_failure_only(), asyncio.TaskGroup() as group:
            group.create_task(self._migrate(env))
            if addresses.sandbox_url and not settings.sandbox_url:
                sandbox = parts.sandbox_part(settings, self._folder, self._ports["sandbox"], self._lock_fd)
                group.create_task(supervisor.start(sandbox))
        await supervisor.start(
            parts.worker_part(self._folder, env, self._lock_fd),
            parts.api_part(settings, self._folder, env, self._lock_fd),
        )
        await self._greet(addresses)

    def _embedded_parts(self) -> dict[str, Part]:
        folder, ports, embedded = self._folder, self._ports, dict[str, Part]()
        if self._settings.database_url is None:
            log = folder.logs / "postgres.log"
            embedded["postgres"] = EmbeddedPostgres(
                folder.postgres, ports["postgres"], log=log, lock_fd=self._lock_fd
            )
        else:
            self._note_external("postgres", safe_address(self._settings.database_url.get_secret_value()))
        if self._settings.temporal_address is None:
            log = folder.logs / "temporal.log"
            temporal = EmbeddedTemporal(
                folder.temporal, ports["temporal"], ports["temporal_ui"], log=log, lock_fd=self._lock_fd
            )
            embedded["temporal"] = temporal
            self._temporal_ui = temporal.ui_url
        else:
            self._note_external("temporal", self._settings.temporal_address)
        return embedded

    def _addresses(self, embedded: dict[str, Part]) -> parts.Addresses:
        settings, postgres, temporal = self._settings, embedded.get("postgres"), embedded.get("temporal")
        given = settings.database_url.get_secret_value() if settings.database_url else ""
        sandbox_url = settings.sandbox_url
        if self._source is MarketSource.SANDBOX and sandbox_url is None:
            sandbox_url = f"http://{LOOPBACK}:{self._ports['sandbox']}"
        return parts.Addresses(
            database_url=postgres.url if isinstance(postgres, EmbeddedPostgres) else given,
            temporal=temporal.address
            if isinstance(temporal, EmbeddedTemporal)
            else settings.temporal_address or "",
            temporal_ui=self._temporal_ui,
            sandbox_url=sandbox_url if self._source is MarketSource.SANDBOX else None,
            public_url=parts.public_url(settings),
        )

    def _keep_choice(self, choice: SourceChoice) -> None:
        self._source = choice.source
        self._folder.keep_source(choice.source)
        self._console.say(f"markets   {choice.sentence}")
        self._write_state()

    async def _migrate(self, env: dict[str, str]) -> None:
        began = asyncio.get_running_loop().time()
        await parts.migrate(self._folder, env, self._lock_fd)
        self._console.say(f"migrate   done in {asyncio.get_running_loop().time() - began:.1f} s")

    async def _greet(self, addresses: parts.Addresses) -> None:
        self._phase = "running"
        self._write_state()
        public_url = addresses.public_url
        link = await owner_login_link_within(LINK_SECONDS_MAX, addresses.database_url, public_url)
        hint = "(works once; `cascadian login-link` makes another)"
        if link is None:
            hint = "(the database does not answer; for a login link, once it does, run: cascadian login-link)"
        lines = ["", f"  Open      {link or public_url}", f"            {hint}"]
        if addresses.temporal_ui:
            lines.append(f"  Temporal  {addresses.temporal_ui}")
        lines += [f"  Data      {self._folder.path}", "  Stop      Ctrl-C", ""]
        self._console.show_secret("\n".join(lines), f"running at {public_url}")

    async def _end(self, *tasks: asyncio.Task[object]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._phase = "stopping"
        if self._supervisor.statuses():
            self._console.say("stopping")
        await self._supervisor.stop()
        self._phase = "stopped"
        self._write_state()
        self._console.say("stopped")

    def _listen_for_signals(self, stop: asyncio.Event) -> None:
        def on_signal() -> None:
            if stop.is_set():
                self._console.say("killing all parts")
                self._supervisor.kill()
            stop.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, on_signal)

    def _note_external(self, name: str, address: str) -> None:
        now = datetime.now(UTC)
        self._external.append(
            PartStatus(name=name, state=PartState.EXTERNAL, address=address, healthy=True, since=now)
        )

    def _write_state(self) -> None:
        state = InstanceState(
            supervisor=self._identity,
            started_at=self._started_at,
            updated_at=datetime.now(UTC),
            state=self._phase,
            source=str(self._source),
            url=parts.public_url(self._settings),
            temporal_ui_url=self._temporal_ui,
            parts=(*self._external, *self._supervisor.statuses()),
        )
        try:
            write_state(self._folder.state_file, state)
        except OSError as error:
            if not self._disk_trouble_said:
                self._disk_trouble_said = True
                self._console.say(
                    f"the state file can't be written ({error.strerror}); `cascadian status` may be out of date"
                )
            return
        self._disk_trouble_said = False


def run_instance(settings: Settings) -> int:
    """`cascadian up`. Raises LauncherError with a sentence for the person."""
    folder = DataFolder(settings.data_dir)
    folder.prepare()
    lock_fd = folder.lock()
    try:
        refuse_taken_port(settings)
        refuse_missing_web(settings)
        instance = Instance(settings, folder, lock_fd, Console(folder.logs / "supervisor.log"))
        return asyncio.run(instance.run())
    except OSError as error:
        if folder.is_at_fault(error):
            raise folder.unwritable(error) from error
        if error.filename is None:
            raise LauncherError(f"The system refused something that is needed: {error}.") from error
        raise
    finally:
        with suppress(OSError):
            os.close(lock_fd)
