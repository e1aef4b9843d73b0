"""The formula engine: mathjs in a child process with limits. One child; all who ask take turns."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from domain.formulas.result import FormulaResult
from formulas.child_process import ChildDied, ChildProcess
from formulas.errors import FormulaEngineUnavailable
from formulas.limits import FormulaLimits
from formulas.parsed_formula import ParsedFormula, parsed_formula

MATHJS_VERSION = "15.2.0"
MATHJS_FILE = f"mathjs-{MATHJS_VERSION}.js"
DEATH_SECONDS = 0.5
"""What a death of the child costs the request that caused it: the time it had and that of a new start."""
USED_UP = "used up its time for this execution"
Kind = Literal["boolean", "number", "text", "quantity", "unknown", "error"]
KINDS: Mapping[str, Kind] = {
    "b": "boolean",
    "n": "number",
    "t": "text",
    "q": "quantity",
    "u": "unknown",
    "e": "error",
}

Row = Sequence[str | None]


class FormulaEngine:
    """`library` is the mathjs browser bundle. Belongs to one event loop; starts its child when first asked."""

    def __init__(self, library: Path, limits: FormulaLimits | None = None) -> None:
        self._library = library
        self.limits = limits or FormulaLimits()
        self._child: ChildProcess | None = None
        # asyncio's lock is first come, first served: whoever wants another turn queues up again behind all others.
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Optional: says at once what would be said later. Raises FormulaEngineUnavailable."""
        async with self._turn:
            await self._running()

    async def stop(self) -> None:
        async with self._turn:
            child, self._child = self._child, None
            if child is not None:
                await child.end()

    @property
    def pid(self) -> int | None:
        """Process id of the child; None when there is none."""
        return self._child.pid if self._child is not None and self._child.alive else None

    async def evaluate(
        self, formula: str, names: Sequence[str], rows: Sequence[Row]
    ) -> tuple[FormulaResult, ...]:
        """One result per row. A row has the values of `names` as decimal text; None where a value is not known.

        A formula that fails is an error result. Raises FormulaEngineUnavailable.
        """
        if len(formula) > self.limits.formula_characters:
            failed = f"has more than {self.limits.formula_characters} characters"
            return tuple(FormulaResult(kind="error", value=failed) for _ in rows)
        results: list[FormulaResult] = []
        seconds, one_by_one, accused = 0.0, 0, -1
        while len(results) < len(rows):
            if seconds > self.limits.batch_seconds:
                rest = len(rows) - len(results)
                return (*results, *(FormulaResult(kind="error", value=USED_UP) for _ in range(rest)))
            count = 1 if one_by_one else self.limits.turn_rows
            given = [list(row) for row in rows[len(results) : len(results) + count]]
            one_by_one = max(0, one_by_one - 1)
            message = {"ask": "compute", "formula": formula, "names": list(names), "rows": given}
            try:
                async with self._turn:
                    answer = await (await self._running()).ask(message)
            except ChildDied as died:
                seconds += DEATH_SECONDS
                if len(given) > 1:
                    one_by_one = len(given)  # One of these did it; the others shall have their answers.
                elif died.too_long or accused == len(results):
                    results.append(FormulaResult(kind="error", value=str(died)))
                else:
                    accused = len(results)  # Perhaps somebody else ended the child: only twice is a proof.
                continue
            seconds += answer["seconds"]
            results.extend(_result(said) for said in answer["results"])
        return tuple(results)

    async def parse(self, formula: str) -> ParsedFormula:
        """What the formula says, without computing it. Raises FormulaEngineUnavailable."""
        if len(formula) > self.limits.formula_characters:
            return ParsedFormula(error=f"has more than {self.limits.formula_characters} characters")
        for attempt in (1, 2):
            try:
                async with self._turn:
                    child = await self._running()
                    answer = await child.ask({"ask": "check", "formula": formula})
            except ChildDied as died:
                if died.too_long or attempt == 2:
                    return ParsedFormula(error=str(died))
                continue
            return parsed_formula(answer, child.functions)
        raise AssertionError("the second attempt returns")

    async def _running(self) -> ChildProcess:
        """Only within a turn."""
        if self._child is None or not self._child.alive:
            if not self._library.is_file():
                raise FormulaEngineUnavailable(
                    f"the formula engine has no library: {self._library.name} is missing; `make web` puts it there"
                )
            self._child = await ChildProcess.start(self._library, self.limits)
        return self._child


def _result(said: str) -> FormulaResult:
    kind, value = KINDS[said[0]], said[1:]
    if kind == "quantity":
        value, _, text = value.partition("|")
        return FormulaResult.model_construct(kind="quantity", value=value, text=text)
    return FormulaResult.model_construct(kind=kind, value=value, text="")
