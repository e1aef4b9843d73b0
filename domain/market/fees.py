"""The venue's taker fee curve: fee = shares × rate × (p(1−p))^exponent, in USDC (polymarket.md, section 4)."""

from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, ConfigDict

from domain.money import Price, Shares, Usdc

FEE_STEP = Decimal("0.00001")


class FeeSchedule(BaseModel):
    """Fee parameters of one market. Makers pay nothing; rate 0 means the market has no fees."""

    model_config = ConfigDict(frozen=True)

    rate: Decimal = Decimal(0)
    exponent: int = 1
    taker_only: bool = True


def taker_fee(shares: Shares, price: Price, schedule: FeeSchedule) -> Usdc:
    """Fee of one taker fill, cut to five decimals as the venue does; below 0.00001 it is 0."""
    curve = (price * (1 - price)) ** schedule.exponent
    return Usdc((shares * schedule.rate * curve).quantize(FEE_STEP, rounding=ROUND_DOWN))
