"""Exits that are set together with a purchase: they become rules of the position with its first shares."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.graph.config_field import Config, DecimalText
from domain.graph.words import exact_words
from domain.portfolio.exit_rule import ExitRule

Fall = Annotated[Decimal, DecimalText(unit="ratio", least="0.001", most="0.999")]
Gain = Annotated[Decimal, DecimalText(unit="ratio", least="0.001", most="1000")]
FloorPrice = Annotated[Decimal, DecimalText(unit="USDC per share", least="0.001", most="0.999")]
STOPS = ("stop_loss", "trailing_stop", "breakeven")
YEAR_MINUTES = 525_600


class AttachedExits(Config):
    """All optional. Ratios count from the average entry price without fees."""

    stop_loss: Fall | None = Field(
        default=None, title="Stop loss", description="Sell when the price falls so far below the entry price."
    )
    take_profit: Gain | None = Field(
        default=None,
        title="Take profit",
        description="Sell when the price rises so far above the entry price.",
    )
    trailing_stop: Fall | None = Field(
        default=None,
        title="Trailing stop",
        description="Sell when the price falls so far below its highest since entry.",
    )
    exit_after_minutes: int | None = Field(
        default=None,
        ge=1,
        le=YEAR_MINUTES,
        strict=True,
        title="Exit after",
        description="Sell this long after the entry.",
        json_schema_extra={"x-unit": "minutes"},
    )
    breakeven: Gain | None = Field(
        default=None,
        title="Breakeven",
        description="Once the price rose so far above the entry price, sell when it falls back to it.",
    )
    exit_before_minutes: int | None = Field(
        default=None,
        ge=1,
        le=YEAR_MINUTES,
        strict=True,
        title="Exit before the end",
        description="Sell this long before the market's end date.",
        json_schema_extra={"x-unit": "minutes"},
    )
    stop_hold_seconds: int | None = Field(
        default=None,
        ge=1,
        le=3600,
        strict=True,
        title="Stop must hold",
        description="A stop sells only when its price held so long without a break: a short dip does not.",
        json_schema_extra={"x-unit": "seconds"},
    )
    stop_price_floor: FloorPrice | None = Field(
        default=None,
        title="Stop not below",
        description="A stop never sells below this price; what cannot be sold above waits for a better bid.",
    )

    @model_validator(mode="after")
    def stops_have_something_to_protect(self) -> Self:
        has_stop = any(getattr(self, name) is not None for name in STOPS)
        if not has_stop and (self.stop_hold_seconds is not None or self.stop_price_floor is not None):
            raise PydanticCustomError(
                "stop", "a time to hold and a floor are for stops: stop loss, trailing stop or breakeven"
            )
        return self


def exit_words(config: AttachedExits) -> list[str]:
    ratios = (
        ("stop loss at -", config.stop_loss),
        ("take profit at +", config.take_profit),
        ("trailing stop at -", config.trailing_stop),
        ("breakeven from +", config.breakeven),
    )
    exits = [f"{words}{exact_words(value * 100)}%" for words, value in ratios if value is not None]
    if config.stop_hold_seconds is not None:
        exits.append(f"stops that held for {config.stop_hold_seconds:,} seconds")
    if config.stop_price_floor is not None:
        exits.append(f"stops not below {exact_words(config.stop_price_floor)}")
    if config.exit_after_minutes is not None:
        exits.append(f"exit after {config.exit_after_minutes:,} minutes")
    if config.exit_before_minutes is not None:
        exits.append(f"exit {config.exit_before_minutes:,} minutes before the end")
    return exits


def exit_rules(config: AttachedExits) -> tuple[ExitRule, ...]:
    """Named after their kind."""
    return tuple(ExitRule.model_validate({"rule": rule["kind"], **rule}) for rule in _rules(config))


def _rules(config: AttachedExits) -> Iterator[dict[str, Any]]:
    stops = {"hold_seconds": config.stop_hold_seconds or 0, "price_floor": config.stop_price_floor}
    for kind in STOPS:
        if (ratio := getattr(config, kind)) is not None:
            yield {"kind": kind, "ratio": ratio, **stops}
    if config.take_profit is not None:
        yield {"kind": "take_profit", "ratio": config.take_profit}
    if config.exit_after_minutes is not None:
        yield {"kind": "time_exit", "minutes": config.exit_after_minutes}
    if config.exit_before_minutes is not None:
        yield {"kind": "before_resolution", "minutes": config.exit_before_minutes}
