"""One direct child of the supervisor: its own session, its output in a log file, ends when the supervisor ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.errors import PartFailed
from launcher.log_file import last_lines, open_log
from launcher.process_identity import ProcessIdentity, identity_of
from launcher.root_mode import AS_IS
from launcher.secret_settings import without_secrets

WRAPPER = Path(__file__).with_name("child_exec.py")


@dataclass(frozen=True)
class Program:
    """What to run. `command[0]` is an absolute path. `lock_fd` is inherited, so that the folder stays locked by it."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: without_secrets(os.environ))
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    root_mode: str = AS_IS
    lock_fd: int | None = None


class ChildProcess:
    """A started program. Spawn from the main thread: Linux sends the death signal when the spawning thread ends."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process) -> None:
        self.program = program
        self._process = process
        self.identity: ProcessIdentity = identity_of(process.pid) or ProcessIdentity(process.pid, "")

    @classmethod
    async def spawn(cls, program: Program) -> "ChildProcess":
        """Raises PartFailed when the program can't be started at all."""
        wrapper = [sys.executable, "-I", "-S", str(WRAPPER), str(os.getpid())]
        wrapper += [str(int(program.death_signal)), program.root_mode, "--", *program.command]
        try:
            log = open_log(program.log)
        except OSError as error:
            raise PartFailed(
                f"{program.name}: its log {program.log} can't be written: {error.strerror}."
            ) from error
        try:
            process = await asyncio.create_subprocess_exec(
                *wrapper,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(program.env),
                cwd=program.cwd,
                start_new_session=True,
                pass_fds=() if program.lock_fd is None else (program.lock_fd,),
            )
        except OSError as error:
            raise PartFailed(f"{program.name} could not be started: {error}.") from error
        finally:
            os.close(log)
        return cls(program, process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def wait(self) -> int:
        return await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """To the program alone; one that has ended already is fine."""
        if self.running:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def kill_group(self) -> None:
        """SIGKILL to the program and to everything it started in its session."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def stop(self, deadline_seconds: float) -> bool:
        """Ask politely, then kill what is left of its session. False when it had to be killed."""
        self.send(self.program.stop_signal)
        try:
            await asyncio.wait_for(self._process.wait(), deadline_seconds)
            return True
        except TimeoutError:
            return False
        finally:
            self.kill_group()
            await self._process.wait()

    def failure(self) -> PartFailed:
        """Why it ended, in a sentence, with the end of its log."""
        tail = last_lines(self.program.log)
        said = f" Its last words:\n{tail}" if tail else ""
        return PartFailed(
            f"{self.program.name} ended {describe_exit(self.returncode)} (log: {self.program.log}).{said}"
        )


def describe_exit(returncode: int | None) -> str:
    """`with code 1`, `by signal SIGKILL`."""
    if returncode is not None and returncode < 0:
        try:
            return f"by signal {signal.Signals(-returncode).name}"
        except ValueError:
            return f"by signal {-returncode}"
    return f"with code {returncode}"
