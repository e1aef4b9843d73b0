"""docs/commands.md names the test of each of its cells."""

import re
from pathlib import Path

from tests.workflows import test_command_table as table

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (.+) \|$", re.MULTILINE)
KINDS = 7
"""Of what may be under way."""


def rows() -> list[list[str]]:
    text = (ROOT / "docs" / "commands.md").read_text()
    return [[cell.strip() for cell in row.split(" | ")] for row in ROW.findall(text)]


def test_every_cell_of_the_command_table_has_a_test() -> None:
    ids = next(row for row in rows() if row[0].endswith("id in the tests"))
    assert tuple(cell.strip("` |") for cell in ids[1:7]) == table.COMMANDS
    shown = {row[0]: row[-1].strip("`") for row in rows() if row[-1].startswith("`test_")}
    assert len(shown) == KINDS
    for test in shown.values():
        marks = getattr(table, test).pytestmark
        assert any(mark.kwargs.get("ids") == table.COMMANDS for mark in marks), test
    assert all(
        len([cell for cell in row if cell]) == len(table.COMMANDS) + 2 for row in rows() if row[0] in shown
    )
