"""What the strategy workflow is started with, is told, answers, and carries over when it continues as new."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from contracts.payload import Payload
from domain.strategy.lifecycle import Status


class StrategyCounts(Payload):
    """Totals as the books say; carried so that the query needs no database."""

    total_executions: int = 0
    successful_executions: int = 0
    failed_executions: int = 0
    watchlist_size: int = 0
    active_trades: int = 0


class StrategyInput(Payload):
    """Start argument and continue-as-new argument of StrategyWorkflow. Everything in it can be read from Postgres."""

    strategy_id: UUID
    user_id: UUID
    name: str
    mode: str
    run_seq: int
    interval_seconds: int
    status: Status
    status_reason: str | None = None
    degraded_reason: str | None = None
    next_number: int
    """The number the next execution gets."""
    uptime_seconds: Decimal = Decimal(0)
    running_since: datetime | None = None
    last_execution_at: datetime | None = None
    next_execution_at: datetime | None = None
    """None: at once."""
    next_continuation_at: datetime | None = None
    counts: StrategyCounts = StrategyCounts()
    recent_runs: tuple["RunNowResult", ...] = ()
    """Answers to the last manual runs by request id: an update sent again after continue-as-new gets the same answer."""
    recorded: bool = False
    """The books show this status already."""
    manual_pending: bool = False
    continue_as_new_events: int = 500


class RunNow(Payload):
    """`request_id` makes a repeated request the same request."""

    request_id: str


class RunNowResult(Payload):
    request_id: str
    number: int
    coalesced: bool = False
    """True: an execution was in progress already and this is its number."""


class PublishVersion(Payload):
    """A new version or new settings; they count from the next execution."""

    version_id: UUID
    name: str
    interval_seconds: int
    next_execution_at: datetime | None = None
    """Given when the schedule changed: its first slot."""


class StrategyState(Payload):
    """Answer of the query `state`. Uptime in seconds since Start without pauses, as of `as_of`."""

    as_of: datetime
    status: Status
    status_reason: str | None
    degraded: bool
    degraded_reason: str | None
    run_seq: int
    number: int
    """Number of the last execution begun; 0 before the first."""
    executing: bool
    counts: StrategyCounts
    uptime_seconds: Decimal
    interval_seconds: int
    last_execution_at: datetime | None
    next_execution_at: datetime | None
