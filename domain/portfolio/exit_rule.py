"""When a position is to be left: the rules as they are stored with orders and positions. Judging them: exit_rules.py."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.money import Price

ExitKind = Literal["stop_loss", "take_profit", "trailing_stop", "breakeven", "time_exit", "before_resolution"]
"""The rules that watch prices or the clock. Who asks for an exit otherwise: `node`, `user`, `flatten`."""


class ExitRule(BaseModel):
    """One rule of one position. Ratios count from the average entry price without fees; 0.1 is ten per cent.

    Prices are compared with the best bid: that is what a seller gets.
    """

    model_config = ConfigDict(frozen=True)

    rule: str = Field(min_length=1, max_length=40)
    """Name of the rule, unique within its position, such as `take_profit` or `take_profit_2`."""
    kind: ExitKind
    ratio: Decimal | None = Field(default=None, gt=0)
    """stop_loss: below entry. take_profit: above entry. trailing_stop: below the highest bid since entry. breakeven: the
    gain from which on a fall back to the entry price sells."""
    price: Price | None = Field(default=None, gt=0, lt=1)
    """stop_loss and take_profit: instead of a ratio, this very price."""
    activation_ratio: Decimal | None = Field(default=None, gt=0)
    """trailing_stop: sleeps until the gain reached this."""
    minutes: int | None = Field(default=None, ge=1)
    """time_exit: after the position was opened. before_resolution: before the market's end."""
    hold_seconds: int = Field(default=0, ge=0, le=3600)
    """Wick protection: the condition must hold so long without a break."""
    part_ratio: Decimal = Field(default=Decimal(1), gt=0, le=1)
    """How much of the shares held at the trigger is sold."""
    price_floor: Price | None = Field(default=None, gt=0, lt=1)
    """Never sell below; what cannot be sold above waits for a better bid."""
    slippage_max: Decimal | None = Field(default=None, ge=0, le=1)
    """How far below the best bid of the moment a sale may go; None: any price down to the floor."""

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        timed = self.kind in ("time_exit", "before_resolution")
        if timed != (self.minutes is not None):
            raise ValueError(f"{self.kind} {'needs' if timed else 'takes no'} minutes")
        if not timed and (self.ratio is None) == (self.price is None):
            raise ValueError(f"{self.kind} needs either a ratio or a price")
        if timed and (self.ratio is not None or self.price is not None):
            raise ValueError(f"{self.kind} takes no ratio and no price")
        if self.price is not None and self.kind in ("trailing_stop", "breakeven"):
            raise ValueError(f"{self.kind} takes a ratio, not a price")
        if self.activation_ratio is not None and self.kind != "trailing_stop":
            raise ValueError(f"{self.kind} takes no activation ratio")
        if self.kind in ("stop_loss", "trailing_stop") and self.ratio is not None and self.ratio >= 1:
            raise ValueError(f"{self.kind} needs a ratio below 1")
        return self
