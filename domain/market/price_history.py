"""Past prices of one token and the momentum they show."""

from datetime import datetime, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.money import Price


class PricePoint(BaseModel):
    model_config = ConfigDict(frozen=True)

    at: datetime
    price: Price


class PriceHistory(BaseModel):
    """Points of one token, oldest first."""

    model_config = ConfigDict(frozen=True)

    token_id: str
    points: tuple[PricePoint, ...]


def price_at(history: PriceHistory, moment: datetime, tolerance: timedelta) -> Price | None:
    """The last known price at `moment`; None when the newest point before it is older than `tolerance`."""
    known = None
    for point in history.points:
        if point.at > moment:
            break
        known = point
    if known is None or moment - known.at > tolerance:
        return None
    return known.price


def momentum(history: PriceHistory, price_now: Price, now: datetime, window: timedelta) -> Decimal | None:
    """Relative price change over `window`: 0.40 → 0.42 is 0.05. None when the past price is unknown or zero.

    Prices older than the window by more than half of it do not count: thin history is said to be unknown, not guessed.
    """
    then = price_at(history, now - window, tolerance=max(window / 2, timedelta(minutes=10)))
    if then is None or then == 0:
        return None
    return (price_now - then) / then
