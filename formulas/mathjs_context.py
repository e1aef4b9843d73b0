"""One QuickJS context with mathjs in it. Runs in the child only."""

import json
from pathlib import Path
from typing import Any

import quickjs

TOO_LONG = "took too long"
TOO_MUCH_MEMORY = "needs too much memory"
TOO_DEEP = "nests or calls itself too deep"
STACK_BYTES = 4 * 1024 * 1024
SENTENCE_MAX = 200
HOST = Path(__file__).with_name("mathjs_host.js")


class FormulaFailed(Exception):
    """The message says why, to be put behind "the formula"; `spoiled` when the context must not be used any more."""

    def __init__(self, message: str, spoiled: bool = False) -> None:
        super().__init__(message)
        self.spoiled = spoiled


class MathjsContext:
    """Each call is limited by itself. Raises FormulaFailed for what the formula did."""

    def __init__(
        self,
        library: str,
        *,
        preparation_seconds: float,
        evaluation_seconds: float,
        memory_bytes: int,
        compiled_formulas: int,
        text_characters: int,
    ) -> None:
        self._context = quickjs.Context()
        self._context.set_max_stack_size(STACK_BYTES)
        self._context.eval(library)
        make = self._context.eval(HOST.read_text(encoding="utf-8"))
        host = make(compiled_formulas, text_characters)
        self._context.set("host", host)
        self._check, self._prepare, self._give, self._step, self._functions = (
            self._context.eval(f"host.{name}") for name in ("check", "prepare", "give", "step", "functions")
        )
        self._context.eval("delete globalThis.host")
        self._context.set_memory_limit(memory_bytes)
        self._preparation_seconds = preparation_seconds
        self._evaluation_seconds = evaluation_seconds

    def functions(self) -> list[str]:
        names: list[str] = json.loads(self._functions())
        return names

    def check(self, formula: str) -> list[list[Any]]:
        self._context.set_time_limit(self._preparation_seconds)
        names: list[list[Any]] = json.loads(self._call(self._check, formula))
        return names

    def prepare(self, formula: str, names: list[str], rows: list[list[str | None]]) -> None:
        """Makes ready what `step` computes; nothing of the formula is computed yet."""
        self._context.set_time_limit(self._preparation_seconds)
        self._call(self._give, json.dumps(names), json.dumps(rows))
        self._call(self._prepare, formula)
        self._context.set_time_limit(self._evaluation_seconds)

    def step(self, row: int) -> str:
        """The answer for one row, as mathjs_host.js says it."""
        answer: str = self._call(self._step, row)
        return answer

    @staticmethod
    def _call(function: Any, *given: Any) -> Any:
        try:
            return function(*given)
        except quickjs.StackOverflow as error:
            raise FormulaFailed(TOO_DEEP, spoiled=True) from error
        except (quickjs.JSException, MemoryError) as error:
            raise _failed(str(error)) from error


def _failed(said: str) -> FormulaFailed:
    message = said.partition("\n    at ")[0].strip()
    if "InternalError: interrupted" in message:
        return FormulaFailed(TOO_LONG, spoiled=True)
    if "out of memory" in message or "too large to allocate" in message or message in ("", "null"):
        return FormulaFailed(TOO_MUCH_MEMORY, spoiled=True)
    if "call stack size exceeded" in message:
        return FormulaFailed(TOO_DEEP, spoiled=True)
    kind, colon, rest = message.partition(": ")
    plain = rest if colon and kind.endswith("Error") and kind.isalpha() else message
    return FormulaFailed(f"failed: {plain}"[:SENTENCE_MAX])
