"""Starts parts, starts crashed ones again for as long as it takes, stops all in reverse order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from launcher.child_process import describe_exit
from launcher.errors import PartFailed
from launcher.log_file import rotate_log
from launcher.part import Part
from launcher.state_file import PartState, PartStatus

MISSES_MAX = 2


@dataclass(frozen=True)
class RestartPolicy:
    """Seconds. The delay doubles per quick crash and never gives up: a strategy must not stop by accident."""

    delay_first: float = 0.5
    delay_max: float = 15.0
    quiet_after: float = 60.0
    many_crashes: int = 5
    first_attempts: int = 3
    probe_every: float = 5.0
    silent_after: float = 30.0
    still_starting_after: float = 8.0

    def delay(self, crashes: int) -> float:
        """Before the restart that follows the n-th crash in a row, n from 1."""
        return float(min(self.delay_max, self.delay_first * 2 ** min(crashes - 1, 20)))


class Watch:
    """One part under supervision and what is known about it."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.state = PartState.STARTING
        self.since = datetime.now(UTC)
        self.healthy = False
        self.answered_at = asyncio.get_running_loop().time()
        self.misses = 0
        self.said_silent = False
        self.restarts = 0
        self.last_failure: str | None = None
        self.keeper: asyncio.Task[None] | None = None

    def enter(self, state: PartState) -> None:
        self.state, self.since = state, datetime.now(UTC)
        self.healthy, self.misses = state is PartState.READY, 0
        self.answered_at = asyncio.get_running_loop().time()

    def status(self) -> PartStatus:
        process = self.part.process
        running = process is not None and process.running
        return PartStatus(
            name=self.part.name,
            state=self.state,
            identity=process.identity if process is not None and running else None,
            port=self.part.port,
            healthy=self.healthy and running,
            restarts=self.restarts,
            since=self.since,
            last_failure=self.last_failure,
            log=str(process.program.log) if process is not None else None,
        )


class Supervisor:
    """`say` prints one sentence; `changed` is called after every change of a part's state."""

    def __init__(
        self,
        say: Callable[[str], None],
        changed: Callable[[], None] = lambda: None,
        policy: RestartPolicy | None = None,
    ) -> None:
        self._say = say
        self._changed = changed
        self._policy = policy or RestartPolicy()
        self._watches: list[Watch] = []
        self._stopping = False
        self._prober: asyncio.Task[None] | None = None

    def statuses(self) -> tuple[PartStatus, ...]:
        return tuple(watch.status() for watch in self._watches)

    async def start(self, *parts: Part) -> None:
        """Start these parts side by side. Raises PartFailed when one does not come up in a few attempts."""
        watches = [Watch(part) for part in parts]
        self._watches.extend(watches)
        self._changed()
        async with first_failure_only(), asyncio.TaskGroup() as group:
            for watch in watches:
                group.create_task(self._start_first(watch))
        for watch in watches:
            watch.keeper = asyncio.create_task(self._keep(watch), name=f"keep {watch.part.name}")
        self._prober = self._prober or asyncio.create_task(self._probe_forever(), name="probe parts")

    async def stop(self) -> None:
        """Last started, first stopped; each within its own deadline. A part that had to be killed is named."""
        self._stopping = True
        await self._cancel_tasks()
        for watch in reversed(self._watches):
            ended = await _stopped_by_itself(watch.part)
            if not ended:
                self._say(f"{watch.part.name} did not end in time and was killed")
            watch.enter(PartState.STOPPED)
            self._changed()

    def kill(self) -> None:
        """SIGKILL to everything, now. For a second Ctrl-C."""
        self._stopping = True
        for watch in self._watches:
            if watch.part.process is not None:
                watch.part.process.kill_group()

    async def _cancel_tasks(self) -> None:
        tasks = [watch.keeper for watch in self._watches] + [self._prober]
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _start_first(self, watch: Watch) -> None:
        began = asyncio.get_running_loop().time()
        for attempt in range(1, self._policy.first_attempts + 1):
            reminder = asyncio.get_running_loop().call_later(
                self._policy.still_starting_after, self._say, f"{watch.part.name} is still starting"
            )
            try:
                await watch.part.start()
                break
            except PartFailed as failure:
                if attempt == self._policy.first_attempts:
                    raise
                watch.last_failure = str(failure)
                self._say(f"{_first_line(failure)} Trying again")
                await asyncio.sleep(self._policy.delay(attempt))
            finally:
                reminder.cancel()
        watch.enter(PartState.READY)
        self._say_ready(watch, asyncio.get_running_loop().time() - began)
        self._changed()

    def _say_ready(self, watch: Watch, seconds: float) -> None:
        process, port = watch.part.process, watch.part.port
        where = f" on port {port}" if port else ""
        self._say(
            f"{watch.part.name:<9} ready in {seconds:.1f} s{where} (pid {process.pid if process else '-'})"
        )

    async def _keep(self, watch: Watch) -> None:
        """Wait for the part to end, start it again, for ever."""
        loop, crashes = asyncio.get_running_loop(), 0
        while True:
            ready_at = loop.time()
            code = await watch.part.process.wait() if watch.part.process else None
            crashes = 1 if loop.time() - ready_at > self._policy.quiet_after else crashes + 1
            reason = f"{watch.part.name} ended {describe_exit(code)}"
            while not await self._start_again(watch, reason, crashes):
                crashes += 1
                reason = (watch.last_failure or reason).split("\n", 1)[0]

    async def _start_again(self, watch: Watch, reason: str, crashes: int) -> bool:
        name, delay = watch.part.name, self._policy.delay(crashes)
        watch.enter(PartState.RESTARTING)
        watch.last_failure = reason
        watch.restarts += 1
        self._changed()
        if crashes == self._policy.many_crashes:
            self._say(
                f"{name} crashed {crashes} times in a row; it is tried again every {self._policy.delay_max:.0f} s at the latest"
            )
        self._say(f"{reason.rstrip('.')}; starting it again in {delay:.1f} s")
        await asyncio.sleep(delay)
        began = asyncio.get_running_loop().time()
        try:
            if watch.part.process is not None:
                watch.part.process.kill_group()
            await watch.part.start()
        except Exception as failure:
            # Whatever it was: giving up here would stop strategies for good.
            watch.last_failure = str(failure) or repr(failure)
            return False
        watch.enter(PartState.READY)
        process = watch.part.process
        took = asyncio.get_running_loop().time() - began
        self._say(f"{name} is back after {took:.1f} s (pid {process.pid if process else '-'})")
        self._changed()
        return True

    async def _probe_forever(self) -> None:
        while True:
            await asyncio.sleep(self._policy.probe_every)
            await asyncio.gather(*(self._probe(watch) for watch in self._watches), return_exceptions=True)
            for watch in self._watches:
                if watch.part.process is not None:
                    rotate_log(watch.part.process.program.log)
            self._changed()

    async def _probe(self, watch: Watch) -> None:
        """A part that lives but does not answer is named: it may be busy. One that can only be hung is killed."""
        if watch.state is not PartState.READY:
            return
        answered = False
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(self._policy.probe_every):
                answered = await watch.part.probe()
        if watch.state is not PartState.READY:
            return
        now = asyncio.get_running_loop().time()
        # One missed probe on a busy machine is no news; two in a row are.
        watch.misses = 0 if answered else watch.misses + 1
        watch.healthy = watch.misses < MISSES_MAX
        if answered:
            if watch.said_silent:
                self._say(f"{watch.part.name} answers again")
            watch.answered_at, watch.said_silent = now, False
            return
        self._end_if_hung(watch, now - watch.answered_at)
        if now - watch.answered_at > self._policy.silent_after and not watch.said_silent:
            watch.said_silent = True
            pid = watch.part.process.pid if watch.part.process else "-"
            self._say(
                f"{watch.part.name} (pid {pid}) lives but has not answered for {now - watch.answered_at:.0f} s"
            )

    def _end_if_hung(self, watch: Watch, silent_seconds: float) -> None:
        """Its keeper starts it again."""
        limit, process = watch.part.hung_seconds_max, watch.part.process
        if limit is not None and silent_seconds > limit and process is not None and process.running:
            self._say(f"{watch.part.name} (pid {process.pid}) hangs and is killed")
            process.kill_group()


@asynccontextmanager
async def first_failure_only() -> AsyncIterator[None]:
    """Turns a task group's exception group into its first failure: a person reads one sentence."""
    try:
        yield
    except BaseExceptionGroup as group:
        raise _leaves(group)[0] from None


def _leaves(group: BaseExceptionGroup[BaseException]) -> Sequence[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found.extend(_leaves(error) if isinstance(error, BaseExceptionGroup) else [error])
    return found


async def _stopped_by_itself(part: Part) -> bool:
    await part.stop()
    code = part.process.returncode if part.process else None
    return code != -signal.SIGKILL


def _first_line(failure: Exception) -> str:
    return str(failure).split("\n", 1)[0]
