"""What a template is: a strategy somebody drew already, with a few numbers left to choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from domain.graph.config_field import Config
from domain.graph.graph import Graph
from domain.graph.json_shape import find_shape_fault
from domain.graph.problem import GraphProblem
from domain.graph.setting_problem import setting_path, setting_problems
from domain.graph.words import quoted
from domain.strategy.settings import WatchlistRules

P = TypeVar("P", bound=Config)
FORGETS = WatchlistRules()
REMEMBERS = WatchlistRules(expire_after_hours=None)
"""For a watchlist that is the memory of what was bought: an entry that expired would let its market be bought again."""
DEPTH_MAX = 4


@dataclass(frozen=True, slots=True)
class Template(Generic[P]):
    """`parameters` all have defaults. `build` gives a graph without problems for all allowed parameters."""

    id: str
    title: str
    description: str
    risk_note: str
    parameters: type[P]
    interval_minutes: int
    build: Callable[[P], Graph]
    watchlist: WatchlistRules = FORGETS

    def parse(self, raw: Mapping[str, object]) -> P | tuple[GraphProblem, ...]:
        """The parameters, or a problem with `field` for each one that does not fit."""
        fault = find_shape_fault(raw, DEPTH_MAX)
        if fault is not None:
            field = setting_path(fault.path)
            message = f"{self.title}: setting {quoted(field)} {fault.said}."
            return (GraphProblem(field=field or None, code="bad_config", message=message),)
        try:
            return self.parameters.model_validate(raw)
        except ValidationError as error:
            return setting_problems(error, self.parameters, self.title)

    def describe(self) -> dict[str, Any]:
        """JSON-able: words, JSON Schema of the parameters, and the graph that the defaults give."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "risk_note": self.risk_note,
            "interval_minutes": self.interval_minutes,
            "parameters_schema": self.parameters.model_json_schema(),
            "graph": self.build(self.parameters()).model_dump(mode="json"),
        }
