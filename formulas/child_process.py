"""The child as the engine sees it: started, asked one message at a time, ended. It ends by itself when we do."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, TypeVar

from formulas.errors import FormulaEngineUnavailable
from formulas.frames import packed, receive_from
from formulas.limits import FormulaLimits

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0
ENVIRONMENT_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
"""No address or password of the worker gets to where formulas are computed."""
S = TypeVar("S")


class ChildDied(Exception):
    """The child ended while it computed; `too_long` when that was because of time."""

    def __init__(self, too_long: bool) -> None:
        super().__init__("took too long" if too_long else "broke the formula engine")
        self.too_long = too_long


class ChildProcess:
    """A running child. After ChildDied, or when asking was cancelled, it is gone."""

    def __init__(self, process: Process, functions: frozenset[str], answer_seconds: float) -> None:
        self._process = process
        self._answer_seconds = answer_seconds
        self._killed = False
        self.functions = functions

    @classmethod
    async def start(cls, library: Path, limits: FormulaLimits) -> "ChildProcess":
        """Raises FormulaEngineUnavailable."""
        settings = {
            "library": str(library),
            "preparation_seconds": limits.preparation_seconds,
            "evaluation_seconds": limits.evaluation_seconds,
            "kill_seconds": limits.kill_seconds,
            "turn_seconds": limits.turn_seconds,
            "memory_bytes": limits.memory_bytes,
            "compiled_formulas": limits.compiled_formulas,
            "text_characters": limits.text_characters,
        }
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "formulas.child"),
                cwd=ROOT,
                stdin=PIPE,
                stdout=PIPE,
                env={name: os.environ[name] for name in ENVIRONMENT_KEPT if name in os.environ},
            )
        except OSError as error:
            raise FormulaEngineUnavailable(f"the formula engine could not be started: {error}") from error
        child = cls(process, frozenset(), limits.answer_seconds)
        try:
            _stream(process.stdin).write(json.dumps(settings).encode() + b"\n")
            hello = await asyncio.wait_for(receive_from(_stream(process.stdout)), START_SECONDS)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            await child.end()
            raise FormulaEngineUnavailable(
                f"the formula engine did not start; is {library.name} what its name says?"
            ) from error
        except BaseException:
            child.kill()
            raise
        child.functions = frozenset(hello["functions"])
        return child

    @property
    def alive(self) -> bool:
        return not self._killed and self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Raises ChildDied. Whoever is cancelled here leaves an answer behind, so the child is killed."""
        try:
            _stream(self._process.stdin).write(packed(message))
            answer: dict[str, Any] = await asyncio.wait_for(
                receive_from(_stream(self._process.stdout)), self._answer_seconds
            )
            return answer
        except TimeoutError as error:
            await self.end()
            raise ChildDied(too_long=True) from error
        except (OSError, EOFError, ValueError) as error:
            await self.end()
            raise ChildDied(too_long=self._process.returncode == -signal.SIGPROF) from error
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """At once, without waiting. What it still said is never read."""
        self._killed = True
        if self._process.returncode is None:
            self._process.kill()

    async def end(self) -> None:
        """Gone when this returns. Closing its input lets one that works on nothing end by itself."""
        _stream(self._process.stdin).close()
        try:
            await asyncio.wait_for(self._process.wait(), 0.5)
        except TimeoutError:
            self.kill()
            await self._process.wait()


def _stream(stream: S | None) -> S:
    if stream is None:
        raise FormulaEngineUnavailable("the formula engine was started without pipes")
    return stream
