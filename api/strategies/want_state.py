"""What the user wants a strategy to do: the rules for Start, Pause, Resume and Stop, on a locked row."""

from datetime import datetime
from decimal import Decimal

from api.problem import conflict
from db.models import Strategy


def want_running(strategy: Strategy, now: datetime) -> None:
    """Start: a new run. Raises ApiProblem 409 when one is on. Numbers of executions go on where they were."""
    if strategy.desired_state in ("running", "paused"):
        hint = "; resume it" if strategy.desired_state == "paused" or strategy.status == "error" else ""
        raise conflict("already_running", f"“{strategy.name}” was started already{hint}.")
    strategy.desired_state = "running"
    strategy.run_seq += 1
    if strategy.status != "draft":
        # The run before may not have said its last word; it will not be heard any more, since run_seq changed.
        strategy.status = "stopped"
    strategy.status_reason = None
    strategy.pause_reason = None
    strategy.degraded_reason = None
    strategy.started_at = now
    strategy.running_since = None
    strategy.uptime_seconds = Decimal(0)
    strategy.stopped_at = None
    strategy.consecutive_failures = 0
    strategy.next_execution_at = None
    strategy.untold_at = strategy.untold_slot = None
    strategy.last_activity_at = now
    strategy.updated_at = now


def want_paused(strategy: Strategy, now: datetime) -> None:
    """Pausing twice is fine."""
    _require_started(strategy)
    if strategy.desired_state != "paused":
        strategy.desired_state = "paused"
        strategy.pause_reason = None
        strategy.updated_at = now


def want_resumed(strategy: Strategy, now: datetime) -> None:
    """Also out of an error. Resuming what runs is fine."""
    _require_started(strategy)
    if strategy.desired_state != "running":
        strategy.desired_state = "running"
        strategy.pause_reason = None
        strategy.updated_at = now


def want_stopped(strategy: Strategy, now: datetime) -> None:
    """Final for this run."""
    if strategy.desired_state in ("draft", "stopped"):
        word = "was never started" if strategy.desired_state == "draft" else "is stopped already"
        raise conflict("already_stopped", f"“{strategy.name}” {word}.")
    strategy.desired_state = "stopped"
    strategy.updated_at = now


def _require_started(strategy: Strategy) -> None:
    if strategy.desired_state in ("draft", "stopped"):
        raise conflict("not_running", f"“{strategy.name}” is not running; start it first.")
