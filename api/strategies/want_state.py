"""What the user wants a strategy to do: the rules for Start, Pause, Resume and Stop, on a locked row."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from api.problem import conflict
from db.models import Strategy

StopChoice = Literal["keep", "cancel", "flatten"]


def want_running(strategy: Strategy, now: datetime, *, withdrawing: bool = False) -> None:
    """Start: a new run. Raises ApiProblem 409 when one is on, while its capital is withdrawn, and while the last Stop still
    sells. Numbers of executions go on where they were."""
    if withdrawing:
        raise conflict(
            "withdrawing", f"The capital of “{strategy.name}” is being withdrawn; cancel that first."
        )
    if strategy.stop_choice == "flatten" and strategy.wound_down_at is None and _is_stopped(strategy):
        message = (
            f"“{strategy.name}” is still selling what it holds; wait, or stop it again with another choice."
        )
        raise conflict("winding_down", message)
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
    strategy.stop_choice = strategy.wound_down_at = None
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


def want_stopped(
    strategy: Strategy, now: datetime, choice: StopChoice | None = None, *, withdrawing: bool = False
) -> None:
    """Final for this run. What is stopped already can be told another `choice`, but not while a withdrawal sells for it.

    Left out, the choice is `keep`, and what is stopped stays as it is: 409 already_stopped.
    """
    if strategy.desired_state == "draft":
        raise conflict("already_stopped", f"“{strategy.name}” was never started.")
    if _is_stopped(strategy) and choice in (None, strategy.stop_choice):
        raise conflict("already_stopped", f"“{strategy.name}” is stopped already.")
    if withdrawing:
        raise conflict(
            "withdrawing", f"The capital of “{strategy.name}” is being withdrawn; cancel that first."
        )
    strategy.desired_state = "stopped"
    strategy.stop_choice = choice or "keep"
    strategy.wound_down_at = None
    strategy.updated_at = now


def _is_stopped(strategy: Strategy) -> bool:
    return strategy.desired_state == "stopped"


def _require_started(strategy: Strategy) -> None:
    if strategy.desired_state in ("draft", "stopped"):
        raise conflict("not_running", f"“{strategy.name}” is not running; start it first.")
