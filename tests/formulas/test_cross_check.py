"""Node's mathjs, which the web page runs too, and ours give the same results."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from domain.formulas.result import FormulaResult
from formulas.engine import FormulaEngine
from tests.formulas.conftest import WEB
from tests.formulas.expressions import NAMES, ROW, WRITTEN, random_formula

SCRIPT = Path(__file__).with_name("node_results.mjs")
LAST_DIGIT = ("cbrt", "erf", "exp", "gamma", "sin", "cos", "tan", "log", "^1.7", "^0.25")
"""Where the mathematics library of the system, not mathjs, decides the last digit."""


def node_results(formulas: Sequence[str]) -> list[str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not on the PATH: nothing to compare with")
    if not (WEB / "node_modules" / "mathjs").is_dir():
        pytest.skip("web/node_modules has no mathjs: nothing to compare with")
    scope = {name: float(value) for name, value in zip(NAMES, ROW, strict=True)}
    given = json.dumps([[formula, scope] for formula in formulas])
    done = subprocess.run(
        [node, str(SCRIPT), str(WEB)], input=given, capture_output=True, text=True, check=True, timeout=100
    )
    results: list[str] = json.loads(done.stdout)
    return results


def words(result: FormulaResult) -> str:
    if result.kind == "error":
        return "error"
    return f"{result.kind} {result.value}" + (f" {result.text}" if result.kind == "quantity" else "")


def same(formula: str, ours: str, theirs: str) -> bool:
    if ours == theirs:
        return True
    if not any(name in formula for name in LAST_DIGIT):
        return False
    kind, value = theirs.split(maxsplit=1)
    return ours.startswith(kind) and float(ours.split()[1]) == pytest.approx(float(value), rel=4e-16)


async def differing(engine: FormulaEngine, formulas: Sequence[str]) -> tuple[list[str], int]:
    """What differs, and how many results were no errors."""
    wrong, sound = [], 0
    for formula, theirs in zip(formulas, node_results(formulas), strict=True):
        ours = words((await engine.evaluate(formula, NAMES, [ROW]))[0])
        sound += ours != "error"
        if not same(formula, ours, theirs):
            wrong.append(f"{formula}: Node says {theirs}, we say {ours}")
    return wrong, sound


async def test_formulas_as_people_write_them_agree_with_node(engine: FormulaEngine) -> None:
    wrong, sound = await differing(engine, WRITTEN)
    assert wrong == []
    assert sound > 110


async def test_random_formulas_agree_with_node(engine: FormulaEngine) -> None:
    random = Random(20261122)
    formulas = [made for made in (random_formula(random) for _ in range(900)) if len(made) <= 500]
    wrong, sound = await differing(engine, formulas)
    assert wrong == []
    assert sound > 400
