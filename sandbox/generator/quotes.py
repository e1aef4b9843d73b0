"""From a probability to the quotes market makers would show: tick, best bid and best ask, in whole ticks."""

from dataclasses import dataclass
from decimal import Decimal
from math import floor

from sandbox.clock import MINUTE
from sandbox.listing import MarketListing
from sandbox.seeded import unit

FINE = Decimal("0.001")
SPREAD_BLOCK = 4 * MINUTE


@dataclass(frozen=True, slots=True)
class Quotes:
    """Prices of outcome 0 in ticks; `ticks_in_one` ticks make 1."""

    bid: int
    ask: int
    ticks_in_one: int

    @property
    def tick(self) -> Decimal:
        return Decimal(1) / self.ticks_in_one

    @property
    def midpoint(self) -> Decimal:
        return Decimal(self.bid + self.ask) / (2 * self.ticks_in_one)


def tick_of(market: MarketListing, recent_price: float) -> Decimal:
    """The exchange refines the tick when the price passes 0.04 or 0.96."""
    if recent_price < 0.04 or recent_price > 0.96:
        return min(market.tick, FINE)
    return market.tick


def quotes_of(market: MarketListing, key: int, price: float, tick: Decimal, at_ms: int) -> Quotes:
    """Around `price`: mostly one tick wide (coarse tick) or a few (fine tick), wider for quiet markets."""
    in_one = int(1 / tick)
    width = _width(market, key, in_one, at_ms)
    bid = floor(price * in_one - (width - 1) / 2)
    bid = min(max(bid, 1), in_one - 1 - width)
    return Quotes(bid, bid + width, in_one)


def _width(market: MarketListing, key: int, in_one: int, at_ms: int) -> int:
    chance = unit(key, at_ms // SPREAD_BLOCK, 40)
    quiet = unit(key, 41)
    if in_one >= 1000:
        if chance < 0.62:
            return 1
        if chance < 0.82:
            return 2
        return 3 + int(quiet * 5) if chance < 0.95 else 10
    if chance < 0.86 - 0.1 * quiet:
        return 1
    return 2 if chance < 0.985 else 3
