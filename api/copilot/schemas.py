"""Words, and the draft that was made of them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.strategies.schemas import SettingsParts
from api.versions.schemas import VersionDiff, VersionProblem
from domain.graph.graph import Graph
from domain.strategy.settings import StrategySettings

TEXT_MAX = 4000

Maker = Literal["parser", "model"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX)]


class CopilotView(BaseModel):
    """Without a model the parser answers: it knows the sentences it knows, and says what it did not understand."""

    configured: bool
    provider: Literal["openai", "anthropic"] | None
    """Whose wire format the model's endpoint speaks."""
    model: str | None
    text_max: int
    """Characters of one request."""


class WriteDraft(BaseModel):
    """What the words change: `graph`, else the published version of the strategy, else nothing."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    strategy_id: UUID | None = None
    graph: dict[str, Any] | None = None
    """A drawing that is not saved. May be unfinished."""
    interval_seconds: Annotated[int | None, Field(ge=1, le=30 * 24 * 3600)] = None
    """With `graph`: the interval that goes with it. Left out: that of the strategy, else 300."""
    settings: SettingsParts | None = None
    """With `graph`: the settings that go with it, where they differ from those of the strategy."""
    by: Maker | None = None
    """Left out: the model if one is configured, else the parser."""


class FragmentView(BaseModel):
    """A piece of the text; `offset` counts characters (code points) from 0."""

    offset: int
    text: str


class UnderstoodView(FragmentView):
    node_ids: list[str]
    """Nodes that these words made or changed."""
    settings: list[str]
    """Settings that they changed: `interval_seconds`, `name`."""


class NotUnderstoodView(FragmentView):
    why: str


class DraftView(BaseModel):
    """Nothing of it is stored. Accept it by creating a strategy of it or by saving it as a version."""

    made_by: Maker
    graph: Graph | None
    """Null: there is nothing to draw, and `problems`, `not_understood` or `explanation` say why."""
    settings: StrategySettings
    name: str
    """A suggestion, 1 to 80 characters."""
    explanation: str
    """Lines of plain text."""
    understood: list[UnderstoodView]
    """Empty for drafts of a model."""
    not_understood: list[NotUnderstoodView]
    assumptions: list[str]
    """What the words left open, one sentence each."""
    problems: list[VersionProblem]
    """What stands in the way of publishing it (errors), and what is only said (warnings)."""
    diff: VersionDiff
    """Against what the words changed. `before`: number of the published version, 0 without one or with `graph`; `after`: 0."""
