"""Graphs of older schema versions made current, one version after the other; each step is a pure function."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import InvalidValue
from domain.graph.graph import SCHEMA_VERSION

Upgrader = Callable[[dict[str, Any]], dict[str, Any]]
UPGRADERS: Mapping[int, Upgrader] = {}
"""By schema version: makes a graph of this version one of the next. Empty while there is only version 1."""


class NewerSchema(InvalidValue):
    """The graph was written by a newer version of this program."""


def upgrade_graph(
    graph: dict[str, Any], upgraders: Mapping[int, Upgrader] = UPGRADERS, current: int = SCHEMA_VERSION
) -> dict[str, Any]:
    """The graph in the current schema; `graph` itself is not changed.

    Raises NewerSchema, or InvalidValue for a schema version that is not one of ours.
    """
    version = graph.get("schema_version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InvalidValue("schema_version is not a whole number from 1 on")
    if version > current:
        raise NewerSchema(
            f"This was written by a newer Cascadian (schema {version}; this one reads up to {current}). "
            "Update Cascadian, then import it again."
        )
    while version < current:
        if version not in upgraders:
            raise InvalidValue(f"Graphs of schema {version} cannot be read any more.")
        graph, version = upgraders[version](graph), version + 1
        graph = {**graph, "schema_version": version}
    return graph
