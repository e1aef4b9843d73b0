"""From a driven decision to the record of it: what one evaluation was, how it ended, and what follows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from activities.decision_driving import Driven
from contracts.evaluation import Evaluate
from contracts.strategy import StrategyCounts
from db.repositories.evaluation_loading import StrategyNow
from db.repositories.evaluation_record import EvaluationRecord
from domain.strategy.decision import Decision, EntryPoint
from domain.strategy.pacing import retried
from domain.strategy.settings import ErrorPolicy, StrategySettings

LOOK_WHILE_HALTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Point:
    """Which evaluation this is: (number, step) and where it begins."""

    number: int
    step: int
    version_id: UUID
    entry: EntryPoint
    continuation: UUID | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an evaluation failed. `kind` is node (a fault of the graph's node), market_data (the venue was unwell) or
    formulas (the formula engine was)."""

    kind: str
    message: str
    node_id: str | None = None

    @property
    def passes(self) -> bool:
        """Not the graph's fault: the strategy is degraded until it is over, and never goes to `error` for it."""
        return self.kind != "node"


@dataclass(frozen=True, slots=True)
class Pace:
    """What the settings say about time: closed until `opens_at`, the slot that follows, slots missed in open hours."""

    settings: StrategySettings
    opens_at: datetime | None
    following: datetime | None
    missed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything known when the decision is made, or could not be."""

    point: Point
    driven: Driven
    trouble: Trouble | None
    pace: Pace

    @property
    def decision(self) -> Decision | None:
        return self.driven.decision if self.trouble is None else None

    def following(self, strategy: StrategyNow, now: datetime) -> datetime | None:
        """When the next execution is: as the schedule says, sooner after a failure."""
        if self.trouble is None or self.point.step > 0:
            return self.pace.following
        failures = strategy.consecutive_failures + 1
        return retried(
            self.pace.settings.error_policy, not self.trouble.passes, failures, self.pace.following, now
        )

    def nodes(self) -> list[dict[str, Any]]:
        decision = self.decision
        return [
            {
                **node.model_dump(mode="json"),
                "duration_ms": self.driven.node_milliseconds.get(node.node_id),
                "error": None,
            }
            for node in (decision.nodes if decision is not None else ())
        ]


def halted_until(request: Evaluate, pace: Pace, now: datetime) -> datetime:
    """When somebody looks again while trading is halted: an execution at its next slot, what waits a minute later."""
    if request.trigger == "schedule" and pace.following is not None:
        return pace.following
    return now + LOOK_WHILE_HALTED


def counts_after(strategy: StrategyNow, record: EvaluationRecord) -> StrategyCounts:
    """A quiet execution changes only the totals: no need to ask for what we know."""
    if record.step > 0:
        return strategy.counts
    succeeded = int(record.decision is not None)
    return strategy.counts.model_copy(
        update={
            "total_executions": strategy.counts.total_executions + 1,
            "successful_executions": strategy.counts.successful_executions + succeeded,
            "failed_executions": strategy.counts.failed_executions + 1 - succeeded,
        }
    )


def give_up_reason(strategy: StrategyNow, trouble: Trouble | None, policy: ErrorPolicy) -> str | None:
    """Why the strategy goes to `error`; None while it goes on."""
    if trouble is None or trouble.passes or policy.on_failure == "keep_going":
        return None
    failures = strategy.consecutive_failures + 1
    if failures < strategy.error_after:
        return None
    return f"{failures} executions failed in a row, the last because {trouble.message}"
