"""Fee parameters of a market from its Gamma fields (polymarket.md, section 4)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.errors import InvalidValue
from domain.market.fees import FeeSchedule
from domain.money import exact

NO_FEES = FeeSchedule()
UNKNOWN_TYPE = FeeSchedule(rate=Decimal("0.07"))
"""The highest current rate: a fee we cannot read is never booked too low."""
BY_TYPE: Mapping[str, FeeSchedule] = {
    "zero_fees": NO_FEES,
    "crypto_fees": FeeSchedule(rate=Decimal("0.25"), exponent=2),
    "crypto_fees_v2": FeeSchedule(rate=Decimal("0.07")),
    "sports_fees_v2": FeeSchedule(rate=Decimal("0.03")),
    "sports_fees_v3": FeeSchedule(rate=Decimal("0.05")),
    "politics_fees": FeeSchedule(rate=Decimal("0.04")),
}


def fees_of(raw: Mapping[str, Any]) -> FeeSchedule:
    """The schedule the market carries, else that of its fee type. Raises InvalidValue when it cannot be read.

    `makerBaseFee` and `takerBaseFee` are left-overs of an older scheme and mean nothing.
    """
    if not raw.get("feesEnabled"):
        return NO_FEES
    schedule = raw.get("feeSchedule")
    if isinstance(schedule, Mapping) and schedule.get("rate") is not None:
        return FeeSchedule(
            rate=exact(schedule["rate"]),
            exponent=_whole(schedule.get("exponent", 1)),
            taker_only=schedule.get("takerOnly", True) is not False,
        )
    return BY_TYPE.get(str(raw.get("feeType")), UNKNOWN_TYPE)


def _whole(value: Any) -> int:
    number = exact(value)
    if number != int(number):
        raise InvalidValue(f"fee exponent {value} is not a whole number")
    return int(number)
