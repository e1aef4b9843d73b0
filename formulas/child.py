"""The process that computes formulas: `python -m formulas.child`, one JSON line of settings, then frames until the end.

It imports nothing of ours but its own parts, so that it starts fast and has nothing to lose.
"""

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from formulas.frames import packed, read_from
from formulas.mathjs_context import TOO_MUCH_MEMORY, FormulaFailed, MathjsContext


class Computing:
    """Answers messages, one at a time.

    A context that was interrupted or ran out of memory is replaced: mathjs keeps notes of what it is in the middle of.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._library = Path(settings["library"]).read_text(encoding="utf-8")
        self._preparation_seconds: float = settings["preparation_seconds"]
        self._kill_seconds: float = settings["kill_seconds"]
        self._turn_seconds: float = settings["turn_seconds"]
        self.memory_bytes: int = settings["memory_bytes"]
        self._limits = {
            name: settings[name]
            for name in (
                "preparation_seconds",
                "evaluation_seconds",
                "memory_bytes",
                "compiled_formulas",
                "text_characters",
            )
        }
        self._context = self._fresh()
        self._crowded = self._prepared = False

    def _fresh(self) -> MathjsContext:
        return MathjsContext(self._library, **self._limits)

    def functions(self) -> list[str]:
        return self._context.functions()

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        began = time.process_time()
        if message["ask"] == "check":
            answered = self._check(message["formula"])
        else:
            answered = {"results": self._compute(message["formula"], message["names"], message["rows"])}
        self._leash(0)
        return {**answered, "seconds": time.process_time() - began}

    def _check(self, formula: str) -> dict[str, Any]:
        self._leash(self._preparation_seconds + self._kill_seconds)
        try:
            return {"names": self._context.check(formula)}
        except FormulaFailed as failed:
            if failed.spoiled:
                self._replace()
            return {"error": str(failed)}

    def _compute(self, formula: str, names: list[str], rows: list[list[str | None]]) -> list[str]:
        """Results of the first rows, at least one: as many as the turn's time allows."""
        results: list[str] = []
        self._prepared = False
        end = time.process_time() + self._turn_seconds
        while len(results) < len(rows) and (not results or time.process_time() < end):
            results.append(self._one(formula, names, rows, len(results)))
        self._crowded = True
        return results

    def _one(self, formula: str, names: list[str], rows: list[list[str | None]], row: int) -> str:
        crowded = self._crowded
        try:
            return self._step(formula, names, rows, row)
        except FormulaFailed as failed:
            if failed.spoiled:
                self._replace()
            if str(failed) != TOO_MUCH_MEMORY or not crowded:
                return f"e{failed}"
        # The memory may have been full of what other formulas left; now there is nothing but this one.
        try:
            return self._step(formula, names, rows, row)
        except FormulaFailed as failed:
            if failed.spoiled:
                self._replace()
            return f"e{failed}"

    def _step(self, formula: str, names: list[str], rows: list[list[str | None]], row: int) -> str:
        if not self._prepared:
            self._leash(self._preparation_seconds + self._kill_seconds)
            self._context.prepare(formula, names, rows)
            self._prepared = True
        self._leash(self._kill_seconds)
        return self._context.step(row)

    def _replace(self) -> None:
        self._leash(0)
        self._context = self._fresh()
        self._crowded = self._prepared = False

    @staticmethod
    def _leash(seconds: float) -> None:
        """The system ends this process when it uses more CPU than this from now on; 0: never."""
        signal.setitimer(signal.ITIMER_PROF, seconds)


def bound_memory(bytes_more: int) -> None:
    """What this process has by now and so much more; QuickJS counts its own memory before."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    now = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + bytes_more, now + bytes_more))


def main(given: BinaryIO, said: BinaryIO) -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker; this one ends with its input.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    computing = Computing(json.loads(given.readline()))
    bound_memory(3 * computing.memory_bytes)
    said.write(packed({"functions": computing.functions()}))
    said.flush()
    while (message := read_from(given)) is not None:
        said.write(packed(computing.answer(message)))
        said.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
