"""docs/requirements.md covers every line of the requirements, and names only tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.requirement_lines import requirement_lines

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "requirements.md").read_text()
REQUIREMENTS = ROOT.parent / "shared" / "requirements.md"
ROW = re.compile(r"^\| ((?:§\d+|F\d|[SRQ])\.\d+) [^|]+\| `([0-9a-f]{6})` \| (.+) \|$", re.MULTILINE)
PYTHON_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
WEB_TEST = re.compile(r"`(web/src/[\w/]+\.test\.tsx?) > ([^`]+)`")
WORDS_ALLOWED = re.compile(
    r"not done yet \([2-6] of 6\)(: .+)?|heading: .+|superseded: .+|no test: (a remark|needs people)"
)


@cache
def functions_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def rows() -> dict[str, tuple[str, str]]:
    """By line name: (digest, what shows it)."""
    return {name: (digest, shown) for name, digest, shown in ROW.findall(DOCUMENT)}


def test_every_line_of_the_requirements_is_in_the_map() -> None:
    if not REQUIREMENTS.exists():
        pytest.skip(f"the customer's requirements are not beside the project: {REQUIREMENTS}")
    asked = {line.name: line.digest for line in requirement_lines(REQUIREMENTS.read_text())}
    assert len(asked) > 200
    assert {name: digest for name, (digest, _) in rows().items()} == asked


def test_every_named_python_test_exists() -> None:
    named = set(PYTHON_TEST.findall(DOCUMENT))
    assert named
    missing = sorted(f"{path}::{name}" for path, name in named if name not in functions_in(path))
    assert not missing, "\n".join(missing)


def test_every_named_web_test_exists() -> None:
    named = set(WEB_TEST.findall(DOCUMENT))
    assert named
    missing = sorted(
        f"{path} > {name}"
        for path, name in named
        if not (ROOT / path).is_file() or f'("{name}"' not in (ROOT / path).read_text()
    )
    assert not missing, "\n".join(missing)


def test_every_row_names_a_test_or_says_in_set_words_that_there_is_none() -> None:
    unclear = [
        f"{name}: {part}"
        for name, (_, shown) in rows().items()
        for part in shown.split("<br>")
        if not (PYTHON_TEST.fullmatch(part) or WEB_TEST.fullmatch(part) or WORDS_ALLOWED.fullmatch(part))
    ]
    assert not unclear, "\n".join(unclear)


def test_a_changed_an_added_and_a_missing_line_are_noticed() -> None:
    before = requirement_lines("## Core Requirements\n### 1. Engine\n- It **runs**\n- It stops\n")
    assert [line.name for line in before] == ["§1.1", "§1.2"]
    respaced = requirement_lines("## Core Requirements\n### 1. Engine\n* It runs\n\n  - It  stops.\n")
    assert [(line.name, line.digest) for line in respaced] == [(line.name, line.digest) for line in before]
    reworded = requirement_lines("## Core Requirements\n### 1. Engine\n- It walks\n- It stops\n")
    assert reworded[0].digest != before[0].digest
    assert len(requirement_lines("## Open Questions\n1. Why?\n```\n- no\n```\n2. How?\n")) == 2
