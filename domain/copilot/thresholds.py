"""What a number means beside a metric: its value in the metric's unit, and what had to be assumed for that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.copilot.tokens import Token
from domain.graph.conditions.rule import VALUE_MOST
from domain.money import plain

HUNDRED = Decimal(100)
DEFAULT_WINDOW = "1h"
DEFAULT_STRONG = Decimal("0.05")
_HOUR = Decimal(3600)
_MINUTE = Decimal(60)
DAY = Decimal(86_400)


@dataclass(frozen=True, slots=True)
class Threshold:
    """`note` is an assumption in one sentence, empty when nothing was assumed."""

    value: Decimal
    note: str = ""


Reading = Callable[[Token], Threshold | None]


def threshold(metric: str, token: Token) -> Threshold | None:
    """The value of a number or length of time beside this metric; None where the unit does not fit."""
    reading = _ratio if metric.startswith("momentum") else READINGS.get(metric)
    found = reading(token) if reading is not None else None
    if found is None or abs(found.value) > Decimal(VALUE_MOST) or -_exponent(found.value) > 12:
        return None
    return found


def comparison(metric: str, op: str, value: Decimal) -> dict[str, str]:
    return {"metric": metric, "op": op, "value": plain(value)}


def window_text(seconds: Decimal) -> str | None:
    """`15m`, `4h`, `7d`: how a metric names a window; None when it is no whole number of minutes."""
    if seconds <= 0 or seconds % _MINUTE:
        return None
    if seconds % DAY == 0 and seconds > DAY:
        return f"{plain(seconds / DAY)}d"
    return f"{plain(seconds / _HOUR)}h" if seconds % _HOUR == 0 else f"{plain(seconds / _MINUTE)}m"


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _dollars(token: Token) -> Threshold | None:
    number = token.quantity
    if number is None or number.unit not in ("usd", "bare") or number.value < 0:
        return None
    return Threshold(number.value)


def _ratio(token: Token) -> Threshold | None:
    number = token.quantity
    if number is None or number.scaled:
        return None
    if number.unit == "percent":
        return Threshold(number.value / HUNDRED)
    if number.unit != "bare":
        return None
    if abs(number.value) < 1:
        return Threshold(number.value)
    return Threshold(number.value / HUNDRED, f"“{token.text}” is read as {plain(number.value)} per cent.")


def _per_share(token: Token) -> Threshold | None:
    number = token.quantity
    if number is None or number.scaled or not 0 <= number.value <= HUNDRED:
        return None
    if number.unit in ("cents", "percent"):
        return Threshold(number.value / HUNDRED)
    if number.value <= 1:
        return Threshold(number.value)
    if number.unit == "usd":
        return None
    return Threshold(number.value / HUNDRED, f"“{token.text}” is read as {plain(number.value)} cents.")


def _time(unit: Decimal) -> Reading:
    def reading(token: Token) -> Threshold | None:
        if token.seconds is not None:
            return Threshold((token.seconds / unit).quantize(Decimal("0.0001")).normalize())
        number = token.quantity
        if number is None or number.unit != "bare" or number.scaled:
            return None
        return Threshold(number.value)

    return reading


READINGS: Mapping[str, Reading] = {
    "volume": _dollars,
    "volume_24h": _dollars,
    "liquidity": _dollars,
    "volume_24h_share": _ratio,
    "price": _per_share,
    "spread": _per_share,
    "hours_to_end": _time(_HOUR),
    "minutes_on_watchlist": _time(_MINUTE),
}
"""By metric; momentum is a ratio."""
