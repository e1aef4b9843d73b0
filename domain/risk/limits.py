"""Limits of a strategy and of a user, and how they change: tighter at once, looser after a cooling-off period."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

COOLING_OFF = timedelta(hours=24)

Ratio = Annotated[Decimal, Field(gt=0, le=1, decimal_places=6)]
SlippageRatio = Annotated[Decimal, Field(gt=0, le=100, decimal_places=6)]
Amount = Annotated[Decimal, Field(gt=0, le=Decimal(10) ** 9, decimal_places=6)]
PriceLimit = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone such as 'Europe/Berlin'")
    return name


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StrategyLimits(Frozen):
    """Of one strategy. Ratios are of its capital (allocated and realised P&L); None: no limit beyond the capital."""

    order_amount_max: Amount | None = None
    """USDC of one entry, before fees."""
    position_ratio_max: Ratio = Decimal(1)
    """Cost of one outcome held, with its orders under way."""
    market_ratio_max: Ratio = Decimal(1)
    event_ratio_max: Ratio = Decimal(1)
    daily_loss_ratio_max: Ratio = Decimal("0.2")
    """Loss of a local day, of the capital the day began with."""
    orders_per_minute_max: int = Field(default=30, ge=1, le=10_000)
    price_min: PriceLimit = Decimal("0.01")
    price_max: PriceLimit = Decimal("0.99")
    """Entries only between these prices."""
    slippage_ratio_max: SlippageRatio = Decimal("0.1")
    """How far above the best ask an entry may buy."""
    data_age_max_seconds: int = Field(default=30, ge=1, le=3600)


class UserLimits(Frozen):
    """Of all strategies of one user in one mode together. Ratios are of the whole account at cost."""

    exposure_ratio_max: Ratio = Decimal(1)
    """Cost of all positions and orders under way."""
    market_ratio_max: Ratio = Decimal("0.5")
    event_ratio_max: Ratio = Decimal("0.5")
    daily_loss_ratio_max: Ratio = Decimal("0.1")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """Where the user's day begins."""


Limits = StrategyLimits | UserLimits
GROWING_TIGHTER = frozenset({"price_min"})
"""A higher value of these is the tighter one."""
NEUTRAL = frozenset({"time_zone"})


class PendingLimit(Frozen):
    """A loosened limit that waits; `value` as in JSON."""

    name: str
    value: Any
    effective_at: datetime


def is_looser(name: str, before: Any, after: Any) -> bool:
    """True when the new value allows something that the old one did not."""
    if name in NEUTRAL:
        # Another day boundary begins a new day: that too may allow what today does not.
        return bool(before != after)
    if before is None or after is None:
        return before is not None
    return bool(after < before if name in GROWING_TIGHTER else after > before)


def in_force(
    kind: type[StrategyLimits] | type[UserLimits],
    stored: Mapping[str, Any],
    pending: Sequence[PendingLimit],
    now: datetime,
) -> Limits:
    """The limits at `now`: what is stored, with the pending changes whose time has come."""
    come = {change.name: change.value for change in pending if change.effective_at <= now}
    return kind.model_validate({**stored, **come})


def changed(
    current: Limits,
    pending: Sequence[PendingLimit],
    request: Mapping[str, Any],
    now: datetime,
    cooling_off: timedelta = COOLING_OFF,
) -> tuple[Limits, tuple[PendingLimit, ...]]:
    """Limits in force from now on and what waits. `request` has the wanted values of some limits.

    Wanting again what is in force drops what waited for that limit. Raises pydantic.ValidationError for a value
    that no limit can have.
    """
    kind = type(current)
    wanted = kind.model_validate({**current.model_dump(), **request})
    at_once: dict[str, Any] = {}
    waiting = {change.name: change for change in pending if change.effective_at > now}
    for name in request:
        before, after = getattr(current, name), getattr(wanted, name)
        already = waiting.pop(name, None)
        if not is_looser(name, before, after) or not cooling_off:
            at_once[name] = after
        else:
            value = wanted.model_dump(mode="json")[name]
            same = already is not None and already.value == value
            waiting[name] = (
                already
                if same and already is not None
                else PendingLimit(name=name, value=value, effective_at=now + cooling_off)
            )
    return current.model_copy(update=at_once), tuple(waiting.values())
