"""When a resting order would have been filled, by the exchange's price-time priority and nothing else. Imports nothing of the product.

An order that rests stands behind everything that was at its price when it came. What the market then offers for its price goes to
those ahead first. Three things happen:

- a trade hits its side of the book at its price: those ahead are served, the rest of the trade is the order's;
- a trade goes through its price: whoever took that would have taken the order before, so all of the trade's size is the order's;
- the book shows less at its price than stands ahead: somebody ahead went away, and the order moves up. When the trade that did it is
  told afterwards, it has been counted already;
- the book shows an offer that crosses its price: it serves those ahead, then the order. What stays in the book is not offered twice.

Trades from before it rested are not for it, and a book that is older than one that counted says nothing new. Fills are whole hundredths of a share, at the order's own price, without a fee.
In the stricter reading `through_only` nothing counts but trades through the price.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

Levels = Sequence[tuple[Fraction, Fraction]]


def hundredths(shares: Fraction) -> Fraction:
    return Fraction(floor(shares * 100), 100)


@dataclass
class Queue:
    """Times are numbers of any unit; only their order counts."""

    buys: bool
    price: Fraction
    left: Fraction
    ahead: Fraction
    since: int
    through_only: bool = False
    offered: dict[Fraction, Fraction] = field(default_factory=dict)
    """Of levels across the price: what was used of them already."""
    explained_by_book: Fraction = Fraction(0)
    shrunk_at: int | None = None
    seen: int | None = None
    filled: Fraction = Fraction(0)

    def _better(self, price: Fraction) -> bool:
        return price < self.price if self.buys else price > self.price

    def _give(self, shares: Fraction) -> None:
        given = min(hundredths(shares), self.left)
        self.left -= given
        self.filled += given

    def trade(self, price: Fraction, shares: Fraction, taker_buys: bool, at: int) -> None:
        """Told once each."""
        if at <= self.since or self.left == 0:
            return
        hits = taker_buys != self.buys
        if self._better(price) and (hits or self.through_only):
            self.ahead = Fraction(0)
            self._give(shares)
        elif price == self.price and hits and not self.through_only:
            self._at_price(shares, at)

    def _at_price(self, shares: Fraction, at: int) -> None:
        if self.shrunk_at is None or at > self.shrunk_at:
            self.explained_by_book = Fraction(0)
        counted = min(self.explained_by_book, shares)
        self.explained_by_book -= counted
        shares -= counted
        served = min(self.ahead, shares)
        self.ahead -= served
        self._give(shares - served)

    def book(self, bids: Levels, asks: Levels, at: int) -> None:
        if self.through_only or self.left == 0 or at < (self.since if self.seen is None else self.seen):
            return
        self.seen = at
        mine, other = (bids, asks) if self.buys else (asks, bids)
        shown = sum((size for price, size in mine if price == self.price), Fraction(0))
        if shown < self.ahead:
            self.explained_by_book += self.ahead - shown
            self.shrunk_at = at
            self.ahead = shown
        used: dict[Fraction, Fraction] = {}
        for price, size in other:
            if price != self.price and not self._better(price):
                continue
            before = min(self.offered.get(price, Fraction(0)), size)
            served = min(self.ahead, size - before)
            self.ahead -= served
            given = min(hundredths(size - before - served), self.left)
            self.left -= given
            self.filled += given
            used[price] = before + served + given
        self.offered = used
