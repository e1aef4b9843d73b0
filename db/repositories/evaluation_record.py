"""What an evaluation was and what it changed: the values between the activity and its one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from db.repositories.watchlist import Left
from domain.strategy.decision import AddToWatchlist, Decision, Notify
from domain.strategy.settings import WatchlistRules

NOTHING_TO_DO = "nothing to do"


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """One finished evaluation. `decision` is None when it failed; then `error_kind` and `error_message` are set."""

    strategy_id: UUID
    user_id: UUID
    name: str
    mode: str
    source: str
    run_seq: int
    version_id: UUID
    number: int
    step: int
    trigger: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime
    on_time: bool
    missed_before: int
    nodes: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    evidence_bodies: list[tuple[str, bytes]]
    engine_build: str
    decision: Decision | None
    continuation_id: UUID | None = None
    error_kind: str | None = None
    error_node_id: str | None = None
    error_message: str | None = None
    degraded_reason: str | None = None
    next_execution_at: datetime | None = None
    next_execution_before: datetime | None = None
    """As the books had it when the evaluation began: where somebody changed the schedule since, theirs stands."""
    watchlist_rules: WatchlistRules = field(default_factory=WatchlistRules)
    watching: bool = True
    """False: the watchlist was empty when the evaluation began."""

    @property
    def may_be_quiet(self) -> bool:
        """A scheduled or manual execution that decided to do nothing."""
        return (
            self.step == 0
            and self.decision is not None
            and not (self.decision.effects or self.decision.deferrals)
            and self.continuation_id is None
            and self.degraded_reason is None
        )


@dataclass(frozen=True, slots=True)
class WrittenExit:
    """A request to a position's guard and its order. `position_closed`: since the decision was made."""

    order_id: UUID
    position_id: UUID
    position_closed: bool


@dataclass(slots=True)
class Carried:
    """What the effects really changed."""

    added: list[AddToWatchlist] = field(default_factory=list)
    turned_away: list[AddToWatchlist] = field(default_factory=list)
    """The watchlist was full."""
    full_told: bool = False
    """And the timeline says so already: there was no room since."""
    expired: list[Left] = field(default_factory=list)
    removed: list[Left] = field(default_factory=list)
    order_ids: list[UUID] = field(default_factory=list)
    """Of all intents, in their order."""
    entry_ids: list[UUID] = field(default_factory=list)
    exits: list[WrittenExit] = field(default_factory=list)
    notices: list[Notify] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        return not (self.added or self.removed or self.expired or self.order_ids or self.notices)

    def summary(self) -> str:
        parts = [
            f"{count} {word}"
            for count, word in (
                (len(self.added), "added to watchlist"),
                (len(self.removed), "removed from watchlist"),
                (len(self.expired), "expired"),
                (len(self.entry_ids), "order" if len(self.entry_ids) == 1 else "orders"),
                (len(self.exits), "exit" if len(self.exits) == 1 else "exits"),
                (len(self.notices), "notice" if len(self.notices) == 1 else "notices"),
            )
            if count
        ]
        return ", ".join(parts) if parts else NOTHING_TO_DO
