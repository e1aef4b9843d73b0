"""Risk limits as pages and scripts see and write them. Ratios: 0.2 is twenty per cent; amounts in USDC."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.decimal_text import DecimalText


class PendingLimitView(BaseModel):
    """A looser value that counts from `effective_at` on."""

    name: str
    value: Any
    effective_at: datetime


class StrategyLimitValues(BaseModel):
    """domain.risk.limits.StrategyLimits; ratios are of the strategy's capital."""

    order_amount_max: DecimalText | None
    position_ratio_max: DecimalText
    market_ratio_max: DecimalText
    event_ratio_max: DecimalText
    daily_loss_ratio_max: DecimalText
    orders_per_minute_max: int
    price_min: DecimalText
    price_max: DecimalText
    slippage_ratio_max: DecimalText
    data_age_max_seconds: int


class UserLimitValues(BaseModel):
    """domain.risk.limits.UserLimits; ratios are of the whole account."""

    exposure_ratio_max: DecimalText
    market_ratio_max: DecimalText
    event_ratio_max: DecimalText
    daily_loss_ratio_max: DecimalText
    time_zone: str


class StrategyLimitsView(BaseModel):
    """In force now, and what waits for its cooling-off period."""

    limits: StrategyLimitValues
    pending: list[PendingLimitView]


class UserLimitsView(BaseModel):
    """In force now, and what waits for its cooling-off period."""

    limits: UserLimitValues
    pending: list[PendingLimitView]


class Wanted(BaseModel):
    """Only what is given changes: tighter at once, looser after 24 hours. What is in force again drops what waited."""

    model_config = ConfigDict(extra="forbid")


class ChangeStrategyLimits(Wanted):
    order_amount_max: DecimalText | None = None
    """null: no limit."""
    position_ratio_max: DecimalText | None = None
    market_ratio_max: DecimalText | None = None
    event_ratio_max: DecimalText | None = None
    daily_loss_ratio_max: DecimalText | None = None
    orders_per_minute_max: int | None = None
    price_min: DecimalText | None = None
    price_max: DecimalText | None = None
    slippage_ratio_max: DecimalText | None = None
    data_age_max_seconds: int | None = None


class ChangeUserLimits(Wanted):
    exposure_ratio_max: DecimalText | None = None
    market_ratio_max: DecimalText | None = None
    event_ratio_max: DecimalText | None = None
    daily_loss_ratio_max: DecimalText | None = None
    time_zone: str | None = None
