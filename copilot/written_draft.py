"""What is asked of a model, and what it gives."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from domain.graph.graph import Graph
from domain.graph.problem import GraphProblem
from domain.strategy.settings import INTERVAL_MAX_SECONDS, StrategySettings

EXPLANATION_MAX = 4000
ASSUMPTIONS_MAX = 30


@dataclass(frozen=True)
class Wish:
    """A person's words, and what they change."""

    text: str
    graph: Graph | None
    settings: StrategySettings
    least_interval_seconds: int


class WrittenDraft(BaseModel):
    """The whole strategy after the change, not only what is new in it."""

    model_config = ConfigDict(extra="forbid")

    graph: Graph
    """All nodes and edges. Keep the ids of nodes that stay; leave out positions of new nodes."""
    name: str = Field(min_length=1, max_length=80, description="A short name for the strategy.")
    interval_seconds: int | None = Field(
        default=None,
        ge=1,
        le=INTERVAL_MAX_SECONDS,
        description="Seconds between executions; null leaves it as it is.",
    )
    explanation: str = Field(
        min_length=1, max_length=EXPLANATION_MAX, description="What it does, in plain words, for the person."
    )
    assumptions: list[str] = Field(
        default_factory=list,
        max_length=ASSUMPTIONS_MAX,
        description="Everything the words left open and you decided, one sentence each.",
    )


@dataclass(frozen=True)
class ModelAnswer:
    """`draft` is None when no graph without faults came of it; `problems` are then those of the last one."""

    draft: WrittenDraft | None
    problems: tuple[GraphProblem, ...] = ()
    said: str = ""
    """Why there is no draft, for people."""
