"""What the exchange gives for an order on a book, by its own published rules and nothing else. Imports nothing of the product.

Market BUY: dollars, cut to cents. Walks the asks from the best; each level fills at its own price; shares have at most four decimals;
dollars paid are rounded up to six decimals; the fee of a fill, shares × rate × (p (1 − p))^exponent, is cut to five.
Market SELL: shares, cut to two decimals. Walks the bids from the best; dollars received are cut to six decimals; same fee.
Limit orders: shares, cut to two decimals; they take what the book has at the limit or better, at the book's prices.
FAK takes what is there; FOK all or nothing. Numbers are fractions: nothing is rounded but where a rule says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

Levels = Sequence[tuple[Fraction, Fraction]]
"""Price and size, best first."""
CENTS, SHARES_OF_BUY, SHARES_OF_SIZE, DOLLARS, FEE = 2, 4, 2, 6, 5
"""Decimals."""


@dataclass(frozen=True)
class Fee:
    rate: Fraction
    exponent: int = 1

    def of(self, price: Fraction, shares: Fraction) -> Fraction:
        return cut(shares * self.rate * (price * (1 - price)) ** self.exponent, FEE)


@dataclass(frozen=True)
class Part:
    """One fill. `dollars`: paid or received, before the fee."""

    price: Fraction
    shares: Fraction
    dollars: Fraction
    fee: Fraction


@dataclass(frozen=True)
class Outcome:
    parts: tuple[Part, ...]
    whole: bool
    """Nothing more could be filled of what was asked for, however deep the book."""

    @property
    def shares(self) -> Fraction:
        return sum((part.shares for part in self.parts), Fraction(0))


NOTHING = Outcome((), False)


def cut(number: Fraction, decimals: int) -> Fraction:
    return Fraction(floor(number * 10**decimals), 10**decimals)


def raised(number: Fraction, decimals: int) -> Fraction:
    return Fraction(ceil(number * 10**decimals), 10**decimals)


def highest_price(best: Fraction, tick: Fraction, slippage: Fraction | None) -> Fraction:
    """The worst price a buyer takes: so far above the best ask, on a tick, never 1; the best ask itself is always allowed."""
    last = 1 - tick
    if slippage is None:
        return last
    on_tick = floor(best * (1 + slippage) / tick) * tick
    return max(best, min(on_tick, last))


def lowest_price(best: Fraction, tick: Fraction, slippage: Fraction | None) -> Fraction:
    """The worst price a seller takes: so far below the best bid, on a tick, never 0; the best bid itself is always allowed."""
    if slippage is None:
        return tick
    on_tick = ceil(best * (1 - slippage) / tick) * tick
    return min(best, max(on_tick, tick))


def market_buy(
    asks: Levels,
    dollars: Fraction,
    fee: Fee,
    tick: Fraction,
    slippage: Fraction | None = None,
    all_or_nothing: bool = False,
) -> Outcome:
    if not asks:
        return NOTHING
    worst = highest_price(asks[0][0], tick, slippage)
    left = cut(dollars, CENTS)
    parts: list[Part] = []
    whole = False
    for price, size in asks:
        if price > worst:
            break
        affordable = cut(left / price, SHARES_OF_BUY)
        shares = min(size, affordable)
        if shares > 0:
            paid = raised(price * shares, DOLLARS)
            parts.append(Part(price, shares, paid, fee.of(price, shares)))
            left -= paid
        if affordable <= size:
            whole = True
            break
    return _in_time(parts, whole, all_or_nothing)


def market_sell(
    bids: Levels,
    shares: Fraction,
    fee: Fee,
    tick: Fraction,
    floor_price: Fraction | None = None,
    slippage: Fraction | None = None,
    all_or_nothing: bool = False,
) -> Outcome:
    if not bids:
        return NOTHING
    worst = lowest_price(bids[0][0], tick, slippage)
    allowed = (
        level for level in bids if level[0] >= worst and (floor_price is None or level[0] >= floor_price)
    )
    return _sell(allowed, cut(shares, SHARES_OF_SIZE), fee, all_or_nothing)


def limit_sell(bids: Levels, shares: Fraction, limit: Fraction, fee: Fee) -> Outcome:
    """What a limit order to sell takes when it arrives."""
    return _sell((level for level in bids if level[0] >= limit), cut(shares, SHARES_OF_SIZE), fee, False)


def limit_buy(asks: Levels, shares: Fraction, limit: Fraction, fee: Fee) -> Outcome:
    """What a limit order to buy takes when it arrives."""
    left = cut(shares, SHARES_OF_SIZE)
    parts: list[Part] = []
    for price, size in asks:
        if price > limit or left == 0:
            break
        taken = min(size, left)
        parts.append(Part(price, taken, raised(price * taken, DOLLARS), fee.of(price, taken)))
        left -= taken
    return Outcome(tuple(parts), left == 0)


def _sell(
    bids: Iterable[tuple[Fraction, Fraction]], shares: Fraction, fee: Fee, all_or_nothing: bool
) -> Outcome:
    left = shares
    parts: list[Part] = []
    for price, size in bids:
        if left == 0:
            break
        taken = min(size, left)
        parts.append(Part(price, taken, cut(price * taken, DOLLARS), fee.of(price, taken)))
        left -= taken
    return _in_time(parts, left == 0, all_or_nothing)


def _in_time(parts: list[Part], whole: bool, all_or_nothing: bool) -> Outcome:
    if all_or_nothing and not whole:
        return NOTHING
    return Outcome(tuple(parts), whole)
