"""The tables of the requirements, as the models that every migration is compared with declare them."""

import re
from pathlib import Path

import pytest

from db.models import Model, Strategy

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT.parent / "shared" / "requirements.md"
STRATEGIES_ASKED_AS = "workflow_sessions"
NOT_YET = {"notifications", "notification_settings"}
SECRETS = ("private", "mnemonic", "seed", "passphrase", "keystore")


def asked_tables(text: str) -> dict[str, set[str]]:
    """Columns by table, from the CREATE and ALTER statements."""
    tables = {
        name: set(re.findall(r"^\s{2,}([a-z_]+) [A-Z]", body, re.MULTILINE))
        for name, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", text, re.DOTALL)
    }
    for name, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", text):
        tables.setdefault(name, set()).add(column)
    return tables


def test_requested_tables_have_the_requested_columns() -> None:
    if not REQUIREMENTS.exists():
        pytest.skip(f"the customer's requirements are not beside the project: {REQUIREMENTS}")
    asked = asked_tables(REQUIREMENTS.read_text())
    asked[Strategy.__tablename__] = asked.pop(STRATEGIES_ASKED_AS)
    assert len(asked) == 6
    ours = {name: set(table.columns.keys()) for name, table in Model.metadata.tables.items()}
    missing = {
        name: sorted(columns - ours.get(name, set()))
        for name, columns in asked.items()
        if name not in NOT_YET and columns - ours.get(name, set())
    }
    assert not missing
    assert not NOT_YET & ours.keys(), "they exist now: ask for their columns too"


def test_only_paper_strategies_can_exist() -> None:
    mode = next(
        constraint
        for constraint in Strategy.__table__.constraints  # type: ignore[attr-defined]
        if str(constraint.name).endswith("mode_known")
    )
    assert str(mode.sqltext) == "mode IN ('paper')"
    default = Strategy.__table__.c.mode.server_default
    assert default is not None
    assert default.arg == "paper"


def test_no_table_has_room_for_a_private_key() -> None:
    found = [
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if any(word in column.name for word in SECRETS)
    ]
    assert not found
