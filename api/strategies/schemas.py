"""Strategies as pages and scripts see and write them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.decimal_text import DecimalText
from api.page import Page
from api.parts import Source
from api.strategies.want_state import StopChoice
from domain.graph.graph import Graph
from domain.money import plain
from domain.strategy.schedule_window import Schedule
from domain.strategy.settings import ErrorPolicy, StrategySettings, WatchlistRules

NAME_MAX = 80
INTERVAL_MAX = 30 * 24 * 3600
ERROR_AFTER_MAX = 1000
ALLOCATION_MAX = Decimal(1_000_000)

StrategyStatus = Literal["draft", "running", "paused", "stopped", "error"]
DesiredState = Literal["draft", "running", "paused", "stopped"]
StrategySort = Literal["most_active", "newest", "oldest", "performance", "name"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_MAX)]
IntervalSeconds = Annotated[int, Field(ge=1, le=INTERVAL_MAX, description="seconds between executions")]
ErrorAfter = Annotated[
    int,
    Field(ge=1, le=ERROR_AFTER_MAX, description="failed executions in a row after which it pauses itself"),
]


def _allocation(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise ValueError("a strategy needs more than 0 USDC to trade with")
    if amount > ALLOCATION_MAX:
        raise ValueError(
            f"a strategy gets {ALLOCATION_MAX:,} USDC at most, and this is {plain(amount)}; "
            "give it less, or split the amount between several strategies"
        )
    if amount != round(amount, 6):
        raise ValueError("amounts of USDC have six decimals at most, such as 12.345678")
    return amount


Allocation = Annotated[
    DecimalText,
    AfterValidator(_allocation),
    Field(description=f"USDC given to the strategy: more than 0, at most {ALLOCATION_MAX}, six decimals"),
]


class TemplateChoice(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    parameters: dict[str, Any] = Field(default_factory=dict)


class SettingsParts(BaseModel):
    """What a version says besides graph and interval. Only what is given changes; a schedule is given whole."""

    model_config = ConfigDict(extra="forbid")

    schedule: Schedule | None = None
    error_policy: ErrorPolicy | None = None
    watchlist: WatchlistRules | None = None


class CreateStrategy(BaseModel):
    """Exactly one of `template` and `graph`."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    interval_seconds: IntervalSeconds | None = None
    """Left out: the template's, else 300."""
    allocation: Allocation = Decimal(500)
    error_after: ErrorAfter | None = None
    """Left out: what `settings.error_policy` says, else 5."""
    settings: SettingsParts | None = None
    template: TemplateChoice | None = None
    graph: dict[str, Any] | None = None
    """As `GET …/graph` gives it; checked, and refused with one problem per fault."""
    start: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> "CreateStrategy":
        if (self.template is None) == (self.graph is None):
            raise ValueError("give either a template or a graph")
        return self


class EditStrategy(BaseModel):
    """Only what is given changes. Changed graph or settings become a new version; it counts from the next execution."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    interval_seconds: IntervalSeconds | None = None
    error_after: ErrorAfter | None = None
    settings: SettingsParts | None = None
    template: TemplateChoice | None = None
    graph: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _at_most_one_source(self) -> "EditStrategy":
        if self.template is not None and self.graph is not None:
            raise ValueError("give a template or a graph, not both")
        return self


class VersionView(BaseModel):
    id: UUID
    number: int
    created_at: datetime


class AllocationView(BaseModel):
    """USDC, see `GET /api/allocations` for all of it. Before the first sale `allocated` is the sum of the other three."""

    allocated: DecimalText
    available: DecimalText
    reserved: DecimalText
    deployed: DecimalText


class OnTimeWindow(BaseModel):
    """Scheduled executions that were due in the window, missed ones counted, and how many of them ran on time."""

    due: int
    on_time: int
    ratio: float | None
    """None while nothing was due."""


class OnTimeView(BaseModel):
    h24: OnTimeWindow
    d30: OnTimeWindow


class StrategyView(BaseModel):
    id: UUID
    name: str
    mode: Literal["paper"]
    status: StrategyStatus
    desired_state: DesiredState
    status_reason: str | None
    degraded_reason: str | None
    pending: bool
    """The engine has not reached `desired_state` yet."""
    held_reason: str | None = None
    """Why executions are held although it runs: trading is halted."""
    stop_choice: StopChoice | None = None
    """Of the last Stop; null before one, and while it runs."""
    wound_down_at: datetime | None = None
    """When nothing was left that the last Stop had to end."""
    template_id: str | None
    version: VersionView
    interval_seconds: int
    error_after: int
    settings: StrategySettings
    """Of the published version."""
    next_executions: list[datetime]
    """The next five by interval and schedule; empty while it does not run, and in lists."""
    created_at: datetime
    started_at: datetime | None
    uptime_seconds: float
    """Since Start, without pauses, up to the moment of this answer."""
    uptime_since: datetime | None
    """Not null while it runs: the uptime is growing, since this moment."""
    total_executions: int
    successful_executions: int
    failed_executions: int
    last_execution_at: datetime | None
    next_execution_at: datetime | None
    last_activity_at: datetime | None
    watchlist_size: int
    active_trades: int
    closed_trades: int
    win_rate: float | None
    """Share of closed trades that gained; null before the first."""
    roi: DecimalText | None
    """Gain of closed trades by what they cost: 0.05 is five per cent; null before the first."""
    allocation: AllocationView
    on_time: OnTimeView | None
    """Null in lists."""
    source: Source


class StatusCounts(BaseModel):
    """How many strategies the user has, by status."""

    draft: int = 0
    running: int = 0
    paused: int = 0
    stopped: int = 0
    error: int = 0


class StrategyPage(Page[StrategyView]):
    counts: StatusCounts
    """Of all strategies of the user, whatever this page shows."""


class GraphView(BaseModel):
    version_id: UUID
    number: int
    graph: Graph


class StopStrategy(BaseModel):
    """`keep`: entry orders end, positions and their guards stay. `cancel`: what the venue is just deciding is cancelled too.
    `flatten`: positions are sold as well. Left out: `keep`, and what is stopped already stays as it is."""

    model_config = ConfigDict(extra="forbid")

    choice: StopChoice | None = None


class RunView(BaseModel):
    number: int
    coalesced: bool
    """True: an execution was in progress already and this is its number."""


class StateView(BaseModel):
    """The workflow's own word; from the database, `stale`, while no worker answers."""

    source: Literal["workflow", "database"]
    as_of: datetime
    stale: bool
    status: StrategyStatus
    status_reason: str | None
    degraded: bool
    degraded_reason: str | None
    total_executions: int
    successful_executions: int
    failed_executions: int
    watchlist_size: int
    active_trades: int
    uptime_seconds: float
    last_execution_at: datetime | None
    next_execution_at: datetime | None
    executing: bool
    number: int
