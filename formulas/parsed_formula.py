"""What mathjs read in a formula, and what is wrong with it in plain words."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from domain.formulas.variables import find_variable, variable_names
from domain.graph.words import joined, quoted


@dataclass(frozen=True, slots=True)
class ParsedFormula:
    """`variables` it uses, in the order of their first use; `error` continues "the formula"."""

    variables: tuple[str, ...] = ()
    error: str | None = None


def parsed_formula(answer: Mapping[str, Any], functions: Set[str]) -> ParsedFormula:
    """From the child's answer to `check`."""
    if "error" in answer:
        return ParsedFormula(error=answer["error"])
    variables: list[str] = []
    unknown: list[str] = []
    for name, called, known in answer["names"]:
        if not called and find_variable(name) is not None:
            variables.append(name)
        elif not known:
            unknown.append(_unknown_words(name, called, functions))
    return ParsedFormula(tuple(variables), f"uses {joined(unknown, kept=3)}" if unknown else None)


def _unknown_words(name: str, called: bool, functions: Set[str]) -> str:
    noun = "function" if called else "variable"
    offered = sorted(functions) if called else [*variable_names(), *sorted(functions)]
    close = get_close_matches(name, offered, n=1, cutoff=0.7)
    hint = f" (did you mean {quoted(close[0])}?)" if close else ""
    return f"the unknown {noun} {quoted(name)}{hint}"
