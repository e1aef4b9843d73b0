"""Files and functions stay small enough to be read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 300
FUNCTION_MAX = 50
WEB_LINES_MAX = 250
FOREIGN = {".venv", "web", "build", "node_modules", ".cascadian", "test-artifacts"}
LISTS_OF_DDL = {"db/migrations/versions"}
"""A migration is a list of statements in the order in which they run."""
GENERATED = {"web/src/api/schema.d.ts"}
FORBIDDEN_STEMS = {"utils", "helpers", "common", "misc", "manager", "service", "base"}


def python_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.py")):
        if not FOREIGN & set(path.relative_to(ROOT).parts):
            yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def length(text: str) -> int:
    return len(text.splitlines())


def is_ddl(path: Path) -> bool:
    return any(name(path).startswith(folder) for folder in LISTS_OF_DDL)


def test_python_files_have_at_most_300_lines() -> None:
    long = {
        name(path): lines
        for path in python_files()
        if not is_ddl(path) and (lines := length(path.read_text())) > LINES_MAX
    }
    assert not long


def test_python_functions_have_at_most_50_lines() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in python_files()
        if not is_ddl(path)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_MAX
    ]
    assert not long, "\n".join(long)


def test_web_files_have_at_most_250_lines() -> None:
    long = {
        name(path): lines
        for path in sorted((ROOT / "web" / "src").rglob("*.ts*"))
        if name(path) not in GENERATED and (lines := length(path.read_text())) > WEB_LINES_MAX
    }
    assert not long


def test_every_file_is_named_after_what_it_holds() -> None:
    vague = [name(path) for path in python_files() if path.stem in FORBIDDEN_STEMS]
    assert not vague
