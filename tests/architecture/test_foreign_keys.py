"""Deleting a row finds the rows that hang on it by an index: without one, each deletion reads whole tables."""

from sqlalchemy import ForeignKey, PrimaryKeyConstraint, Table, UniqueConstraint

from db.models import Model

SMALL = {"users", "login_codes", "user_sessions", "api_tokens", "strategies"}
"""Tables of a few rows per person."""


def is_indexed(table: Table, key: ForeignKey) -> bool:
    column = key.parent.name
    whole = [index for index in table.indexes if index.dialect_options["postgresql"]["where"] is None]
    firsts = [next(iter(index.columns)).name for index in whole]
    firsts += [
        next(iter(constraint.columns)).name
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and len(constraint.columns)
    ]
    return column in firsts


def test_every_large_table_finds_by_index_what_a_deletion_takes_along() -> None:
    missing = [
        f"{table.name}.{key.parent.name}"
        for table in Model.metadata.tables.values()
        if table.name not in SMALL
        for key in table.foreign_keys
        if key.column.table.name != "users" and not is_indexed(table, key)
    ]
    assert not missing
