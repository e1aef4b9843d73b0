"""One evaluation: what the workflow asks for and the small answer it gets. Item lists never travel through Temporal."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.payload import Payload
from contracts.strategy import StrategyCounts
from domain.strategy.lifecycle import Status

Trigger = Literal["schedule", "run_now", "continuation"]


class Evaluate(Payload):
    """Execution `number` (step 0), or with trigger `continuation` the continuation that has been due longest."""

    strategy_id: UUID
    run_seq: int
    number: int
    trigger: Trigger
    scheduled_for: datetime
    at: datetime
    """The workflow's time; an evaluation never takes place before it, whatever the worker's clock says."""
    missed_before: int = 0
    next_execution_at: datetime | None = None
    """When the workflow means to execute next; stored for the pages."""


class Evaluated(Payload):
    """`held`: the user wants it paused; `closed`: outside the schedule's windows, or trading is halted, nothing was done;
    `superseded`: another run or none at all is wanted, end quietly."""

    outcome: Literal["succeeded", "failed", "held", "superseded", "nothing_due", "closed"]
    next_number: int = 0
    name: str = ""
    interval_seconds: int = 0
    counts: StrategyCounts = StrategyCounts()
    next_continuation_at: datetime | None = None
    order_ids: tuple[UUID, ...] = ()
    """Orders planned and not begun, oldest first; starting one that runs already does no harm."""
    next_execution_at: datetime | None = None
    """When the next execution is instead of the slot that was asked for: the schedule is closed then, or a failed one is
    tried again sooner. None: as asked for."""
    degraded_reason: str | None = None
    give_up_reason: str | None = None
    """Set when too many executions failed in a row: the strategy goes to `error`."""
    guard_ids: tuple[UUID, ...] = ()
    """Positions with an exit that was asked for: their guards are woken, or started; twice does no harm."""


class RecordStatus(Payload):
    """The workflow's word on where the strategy stands."""

    strategy_id: UUID
    run_seq: int
    status: Status
    reason: str | None
    uptime_seconds: str
    running_since: datetime | None
    next_execution_at: datetime | None
    at: datetime
