"""docs/formulas.md says what there is."""

import json
import re
from pathlib import Path

from domain.formulas.variables import ALIASES, QUOTES
from domain.graph.conditions.metric import METRICS
from formulas.engine import MATHJS_VERSION
from formulas.mathjs_context import HOST

PAGE = (Path(__file__).parents[2] / "docs" / "formulas.md").read_text(encoding="utf-8")
NOT_IN_EXPRESSIONS = {"chain", "create"}
"""Refused as well, though mathjs does not offer them to formulas in the first place."""


def test_every_refused_function_is_named() -> None:
    block = re.search(r"const REFUSED = \[(.*?)\]", HOST.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    refused = set(re.findall(r'"(\w+)"', block[1])) - NOT_IN_EXPRESSIONS
    assert len(refused) > 15
    assert {name for name in refused if f"`{name}`" not in PAGE} == set()


def test_every_variable_of_a_market_is_named() -> None:
    before = {name for name, metric in METRICS.items() if "Attached by" in metric.description}
    names = {*QUOTES, *ALIASES, *METRICS} - before
    assert {name for name in names if f"`{name}`" not in PAGE} == set()


def test_the_version_of_mathjs_is_the_one_that_runs() -> None:
    assert f"mathjs {MATHJS_VERSION}" in PAGE


def test_page_and_worker_run_the_same_version() -> None:
    package = json.loads((Path(__file__).parents[2] / "web" / "package.json").read_text())
    assert package["dependencies"]["mathjs"] == MATHJS_VERSION
    assert "copy-formula-engine" in package["scripts"]["build"]
