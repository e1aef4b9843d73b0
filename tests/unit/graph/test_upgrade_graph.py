"""Graphs of older schema versions."""

from typing import Any

import pytest

from domain.errors import InvalidValue
from domain.graph.upgrade_graph import NewerSchema, upgrade_graph


def _renamed(graph: dict[str, Any]) -> dict[str, Any]:
    return {**graph, "nodes": graph["vertices"]}


def _emptied(graph: dict[str, Any]) -> dict[str, Any]:
    return {**graph, "edges": []}


def test_steps_are_taken_one_after_the_other_and_the_old_graph_stays() -> None:
    old = {"schema_version": 1, "vertices": [1]}
    new = upgrade_graph(old, {1: _renamed, 2: _emptied}, current=3)
    assert new == {"schema_version": 3, "vertices": [1], "nodes": [1], "edges": []}
    assert old == {"schema_version": 1, "vertices": [1]}


def test_a_current_graph_is_not_touched() -> None:
    graph: dict[str, Any] = {"nodes": []}
    assert upgrade_graph(graph) is graph


def test_a_newer_schema_is_refused_with_what_to_do() -> None:
    with pytest.raises(NewerSchema, match="Update Cascadian"):
        upgrade_graph({"schema_version": 2}, {}, current=1)


@pytest.mark.parametrize("version", [0, -1, "1", None, True, 1.0])
def test_a_schema_version_that_is_none_is_refused(version: object) -> None:
    with pytest.raises(InvalidValue):
        upgrade_graph({"schema_version": version})


def test_a_schema_without_a_step_is_refused() -> None:
    with pytest.raises(InvalidValue, match="schema 1"):
        upgrade_graph({"schema_version": 1}, {2: _emptied}, current=3)
