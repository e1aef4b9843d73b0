"""Versions, what differs between two of them, and strategies as files."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.problem import ProblemItem
from api.strategies.schemas import (
    Allocation,
    ErrorAfter,
    IntervalSeconds,
    Name,
    SettingsParts,
    TemplateChoice,
)
from domain.graph.graph import Edge, Graph, Node
from domain.strategy.settings import StrategySettings


class VersionRow(BaseModel):
    id: UUID
    number: int
    created_at: datetime
    published: bool
    """It is the one of which the next execution is made."""
    template_id: str | None
    nodes: int


class VersionProblem(ProblemItem):
    severity: Literal["error", "warning"]


class VersionDetail(VersionRow):
    graph: Graph
    settings: StrategySettings
    problems: list[VersionProblem]
    """What stands in the way of publishing it (errors), and what is only said (warnings)."""


class SaveVersion(BaseModel):
    """A draft. What is not given is as in version `based_on`; left out: the published one."""

    model_config = ConfigDict(extra="forbid")

    based_on: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    template: TemplateChoice | None = None
    graph: dict[str, Any] | None = None
    interval_seconds: IntervalSeconds | None = None
    error_after: ErrorAfter | None = None
    settings: SettingsParts | None = None

    @model_validator(mode="after")
    def _at_most_one_source(self) -> "SaveVersion":
        if self.template is not None and self.graph is not None:
            raise ValueError("give a template or a graph, not both")
        return self


class PublishVersion(BaseModel):
    """What becomes of the exits of positions that are open."""

    model_config = ConfigDict(extra="forbid")

    open_positions: Literal["keep", "adopt"] = "keep"
    """keep: the exits they have. adopt: those of the node of this version that bought them; what you set yourself stays."""


class RestoreVersion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    publish: bool = False
    """False: the copy is a draft."""


class FieldChange(BaseModel):
    """`field` is a path such as `config.volume_min`; null: not there."""

    field: str
    before: Any
    after: Any


class NodeChange(BaseModel):
    node_id: str
    type: str
    changes: list[FieldChange]


class VersionDiff(BaseModel):
    """From version `before` to version `after`. Where nodes are drawn does not count."""

    before: int
    after: int
    same: bool
    nodes_added: list[Node]
    nodes_removed: list[Node]
    nodes_changed: list[NodeChange]
    edges_added: list[Edge]
    edges_removed: list[Edge]
    settings_changed: list[FieldChange]


class StrategyFile(BaseModel):
    """A strategy as a file: what it does, not what it did."""

    schema_version: int
    name: str
    graph: dict[str, Any]
    settings: dict[str, Any]


class ImportStrategy(BaseModel):
    """A file of an export, and how much the strategy is given. What is not known here is not read."""

    schema_version: Annotated[int, Field(ge=1)]
    name: Name
    graph: dict[str, Any]
    settings: dict[str, Any] = Field(default_factory=dict)
    allocation: Allocation = Decimal(500)
