"""The execution log and its detail."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, computed_field

from domain.strategy.decision import VERDICTS_KEPT

Trigger = Literal["schedule", "run_now", "continuation"]
ExecutionStatus = Literal["succeeded", "failed"]


class ExecutionView(BaseModel):
    """One execution. `watchlist_*`, `orders` and `steps` count its continuations too."""

    number: int
    trigger: Trigger
    status: ExecutionStatus
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime
    duration_ms: int
    on_time: bool
    missed_before: int
    summary: str
    error_message: str | None
    error_node_id: str | None
    watchlist_added: int
    watchlist_removed: int
    orders: int
    steps: int


class ExecutionVersionView(BaseModel):
    id: UUID
    number: int


class VerdictView(BaseModel):
    """Why one market left by a port; `port` null: it stopped there, or waits when `pending`."""

    model_config = ConfigDict(extra="ignore")

    market_id: str
    question: str
    port: str | None
    sentence: str
    pending: bool = False


class NodeView(BaseModel):
    """What one node did. `items_out` counts per port."""

    model_config = ConfigDict(extra="ignore")

    node_id: str
    type: str
    title: str
    rule: str
    items_in: int
    items_out: dict[str, int]
    items_pending: int = 0
    duration_ms: float | None = None
    error: str | None = None
    verdicts: list[VerdictView] = []
    """Of the first 20 markets, those that passed first."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def verdicts_truncated(self) -> bool:
        """More markets were judged than have a verdict here."""
        judged = max(self.items_in, sum(self.items_out.values()) + self.items_pending)
        return len(self.verdicts) == VERDICTS_KEPT and judged > VERDICTS_KEPT


class WaitingView(BaseModel):
    """What goes on later: at `due_at`, or when the order comes to `port`."""

    node_id: str
    port: str
    due_at: datetime | None
    order_id: UUID | None
    items: int


class StepView(BaseModel):
    """Step 0 is the execution itself, later ones its continuations."""

    step: int
    trigger: Trigger
    started_at: datetime
    status: ExecutionStatus
    error_message: str | None
    nodes: list[NodeView]
    order_ids: list[UUID]
    waiting: list[WaitingView]


class ExecutionDetail(ExecutionView):
    version: ExecutionVersionView
    steps_detail: list[StepView]
