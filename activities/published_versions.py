"""Versions ready to run: settings and compiled graph, kept because a version never changes."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from db.repositories.evaluation_loading import load_version
from db.session import Database
from domain.errors import InvalidValue
from domain.graph.compile_graph import CompiledGraph, compile_graph
from domain.graph.graph import Graph
from domain.graph.parse_graph import parse_graph
from domain.strategy.settings import StrategySettings

VERSIONS_KEPT = 5000


@dataclass(slots=True)
class PublishedVersion:
    """Settings and graph apart: a graph that no longer compiles must not hide what the settings say about failures."""

    drawn: dict[str, Any]
    settings: StrategySettings
    compiled: CompiledGraph | None = None

    def graph(self) -> CompiledGraph:
        """Compiled when first asked for. Raises InvalidGraph or InvalidValue when this engine no longer accepts it."""
        if self.compiled is None:
            parsed = parse_graph(self.drawn)
            if not isinstance(parsed, Graph):
                raise InvalidValue(f"this version's graph cannot be read any more: {parsed[0].message}")
            self.compiled = compile_graph(parsed)
        return self.compiled


class PublishedVersions:
    """Shared by all evaluations of a worker."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions: OrderedDict[UUID, PublishedVersion] = OrderedDict()

    async def version(self, version_id: UUID) -> PublishedVersion:
        """Raises InvalidValue when its settings are not understood."""
        known = self._versions.get(version_id)
        if known is None:
            async with self._database.read() as session:
                drawn, said = await load_version(session, version_id)
            try:
                known = PublishedVersion(drawn, StrategySettings.model_validate(said))
            except ValidationError as error:
                raise InvalidValue(
                    f"this version's settings cannot be read any more: {_first(error)}"
                ) from error
            self._versions[version_id] = known
            if len(self._versions) > VERSIONS_KEPT:
                self._versions.popitem(last=False)
        self._versions.move_to_end(version_id)
        return known


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return ": ".join(part for part in (".".join(str(step) for step in fault["loc"]), fault["msg"]) if part)
