"""Profit and loss of a local day: equity now, less equity when the day began, less what was given since."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.money import USDC_STEP, Price, Shares, Usdc
from domain.portfolio.ledger import Totals


class Held(BaseModel):
    """Shares held, what they cost, and the best bid; without a bid they count at cost."""

    model_config = ConfigDict(frozen=True)

    shares: Shares
    cost: Usdc
    bid: Price | None


class Opening(BaseModel):
    """Equity and allocation when the day was first looked at."""

    model_config = ConfigDict(frozen=True)

    equity: Usdc
    allocated: Usdc


def local_day(now: datetime, time_zone: str) -> date:
    """The day it is in the zone; right on days of 23 and 25 hours, since only the date is compared."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def value_at_bid(held: Held) -> Usdc:
    """What selling at the best bid would bring, before fees."""
    if held.bid is None:
        return held.cost
    return Usdc((held.shares * held.bid).quantize(USDC_STEP))


def equity(totals: Totals, holdings: tuple[Held, ...]) -> Usdc:
    """Money of the strategy with its positions at the bid."""
    money = totals.available + totals.reserved + totals.settling - totals.shortfall
    return Usdc(money + sum((value_at_bid(held) for held in holdings), Decimal(0)))


def day_pnl(equity_now: Usdc, allocated_now: Usdc, opening: Opening) -> Usdc:
    """Below zero: a loss. Capital given or taken back during the day is neither."""
    return Usdc(equity_now - opening.equity - (allocated_now - opening.allocated))
