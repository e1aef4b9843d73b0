"""Limits become tighter at once and looser after a day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.risk.limits import (
    COOLING_OFF,
    Limits,
    PendingLimit,
    StrategyLimits,
    UserLimits,
    changed,
    in_force,
    is_looser,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def later(limits: Limits, pending: tuple[PendingLimit, ...], hours: int) -> Limits:
    stored = limits.model_dump(mode="json")
    return in_force(type(limits), stored, pending, NOW + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("daily_loss_ratio_max", Decimal("0.2"), Decimal("0.1")),
        ("order_amount_max", None, Decimal(50)),
        ("price_min", Decimal("0.01"), Decimal("0.05")),
        ("price_max", Decimal("0.99"), Decimal("0.95")),
        ("orders_per_minute_max", 30, 5),
    ],
)
def test_tighter_counts_at_once_and_back_again_waits(name: str, before: Any, after: Any) -> None:
    start = StrategyLimits(**{name: before})
    tight, pending = changed(start, (), {name: after}, NOW)
    assert getattr(tight, name) == after
    assert pending == ()
    still, waiting = changed(tight, (), {name: before}, NOW)
    assert getattr(still, name) == after
    assert [(change.name, change.effective_at) for change in waiting] == [(name, NOW + COOLING_OFF)]
    assert getattr(later(still, waiting, 23), name) == after
    assert getattr(later(still, waiting, 24), name) == before


def test_asking_again_for_what_waits_does_not_begin_the_wait_anew() -> None:
    tight = StrategyLimits(slippage_ratio_max=Decimal("0.01"))
    wish = {"slippage_ratio_max": Decimal("0.05")}
    _, first = changed(tight, (), wish, NOW)
    _, again = changed(tight, first, wish, NOW + timedelta(hours=5))
    assert again == first
    _, other = changed(tight, first, {"slippage_ratio_max": Decimal("0.06")}, NOW + timedelta(hours=5))
    assert [change.effective_at for change in other] == [NOW + timedelta(hours=29)]


def test_wanting_what_is_in_force_drops_what_waited() -> None:
    tight = StrategyLimits(slippage_ratio_max=Decimal("0.01"))
    _, waiting = changed(tight, (), {"slippage_ratio_max": Decimal("0.05")}, NOW)
    _, none = changed(tight, waiting, {"slippage_ratio_max": Decimal("0.01")}, NOW)
    assert none == ()


def test_one_change_may_tighten_and_loosen() -> None:
    start = UserLimits()
    now, waiting = changed(
        start, (), {"market_ratio_max": Decimal("0.2"), "daily_loss_ratio_max": Decimal("0.5")}, NOW
    )
    assert isinstance(now, UserLimits)
    assert (now.market_ratio_max, now.daily_loss_ratio_max) == (Decimal("0.2"), start.daily_loss_ratio_max)
    assert [change.name for change in waiting] == ["daily_loss_ratio_max"]


def test_another_time_zone_waits_because_it_begins_another_day() -> None:
    assert is_looser("time_zone", "UTC", "Europe/Berlin")
    assert not is_looser("time_zone", "UTC", "UTC")


@pytest.mark.parametrize(
    "wish",
    [
        {"daily_loss_ratio_max": Decimal(0)},
        {"market_ratio_max": Decimal("1.01")},
        {"time_zone": "Middle/Earth"},
        {"nonsense": 1},
    ],
)
def test_values_that_no_limit_can_have_are_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(UserLimits(), (), wish, NOW)
