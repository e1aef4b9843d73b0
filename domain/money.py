"""Money and quantities: `Decimal` under three names. Floats never enter; rounding always has a direction and a name."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal, InvalidOperation
from typing import NewType

from domain.errors import InvalidValue

Price = NewType("Price", Decimal)
"""Price of one share in USDC, 0 to 1."""
Shares = NewType("Shares", Decimal)
"""Number of outcome shares; the exchange counts six decimals."""
Usdc = NewType("Usdc", Decimal)
"""Dollars of collateral (pUSD); six decimals."""

USDC_STEP = Decimal("0.000001")
SHARES_STEP = Decimal("0.000001")


def exact(value: str | int | Decimal) -> Decimal:
    """A finite Decimal. Raises InvalidValue for floats, NaN, infinities and text that is no number."""
    if isinstance(value, (float, bool)):
        raise InvalidValue(
            f"{value!r} is a {type(value).__name__}; amounts are given as decimal text such as '12.50'"
        )
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise InvalidValue(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise InvalidValue(f"{value!r} is not a finite number")
    return number


def cost_of(price: Price, shares: Shares) -> Usdc:
    """What buying costs, rounded up: we never book less than the venue may take."""
    return Usdc((price * shares).quantize(USDC_STEP, rounding=ROUND_UP))


def proceeds_of(price: Price, shares: Shares) -> Usdc:
    """What selling brings, rounded down: we never book more than the venue may give."""
    return Usdc((price * shares).quantize(USDC_STEP, rounding=ROUND_DOWN))


def plain(number: Decimal) -> str:
    """Decimal as text without exponent or trailing zeros, as written to JSON and shown to people."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_cents(amount: Decimal) -> str:
    """USDC as a sentence says it, to the nearest cent; the books and the event's data have all of it."""
    return format(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN), "f")
