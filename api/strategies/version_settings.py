"""Settings of a version: as stored, as changed by a request, and whether they may be published."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from api.problem import ApiProblem, ProblemItem
from api.strategies.schemas import SettingsParts
from db.models import Strategy, StrategyVersion
from domain.strategy.schedule_window import next_open_slot
from domain.strategy.settings import ErrorPolicy, StrategySettings

Part = TypeVar("Part", bound=BaseModel)


def stored_settings(version: StrategyVersion, strategy: Strategy) -> StrategySettings:
    """What a version does not say, as versions from before settings were theirs, is what its strategy says."""
    said = version.settings
    policy = {"error_after": strategy.error_after, **said.get("error_policy", {})}
    try:
        return StrategySettings.model_validate(
            {"interval_seconds": strategy.interval_seconds, **said, "error_policy": policy}
        )
    except ValidationError:
        return StrategySettings(
            interval_seconds=strategy.interval_seconds,
            error_policy=ErrorPolicy(error_after=strategy.error_after),
        )


def changed_settings(
    current: StrategySettings,
    parts: SettingsParts | None,
    interval_seconds: int | None,
    error_after: int | None,
) -> StrategySettings:
    """Only what is given changes; a schedule is one thing and given whole. `error_after` beside the parts wins."""
    parts = parts or SettingsParts()
    policy = _given(current.error_policy, parts.error_policy)
    if error_after is not None:
        policy = policy.model_copy(update={"error_after": error_after})
    return StrategySettings(
        interval_seconds=interval_seconds or current.interval_seconds,
        schedule=parts.schedule or current.schedule,
        error_policy=policy,
        watchlist=_given(current.watchlist, parts.watchlist),
    )


def _given(current: Part, changes: Part | None) -> Part:
    if changes is None:
        return current
    return current.model_copy(update={name: getattr(changes, name) for name in changes.model_fields_set})


def check_settings(settings: StrategySettings, least_interval: int, strategy_id: UUID, now: datetime) -> None:
    """Raises ApiProblem 422 for an interval the operator does not allow and for a schedule that never opens."""
    seconds = settings.interval_seconds
    if seconds < least_interval:
        message = f"The shortest interval here is {least_interval} seconds; {seconds} is too short."
        raise _refused("interval_seconds", "too_short", message)
    if next_open_slot(strategy_id, timedelta(seconds=seconds), now, settings.schedule) is None:
        message = "The schedule has no opening within a year: its windows and blackout dates leave nothing."
        raise _refused("settings.schedule", "never_opens", message)


def _refused(field: str, code: str, message: str) -> ApiProblem:
    return ApiProblem(
        422, "invalid_request", message, errors=[ProblemItem(field=field, code=code, message=message)]
    )
