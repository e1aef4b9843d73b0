"""What a position would bring if it were sold now: at the best bid, and what is said where there is none."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.money import Price, Shares, Usdc, proceeds_of

NOTHING = Price(Decimal(0))


class Basis(StrEnum):
    """Where the price of a mark comes from."""

    BID = "bid"
    NO_BID = "no_bid"
    """The book has no bid: nobody would take the shares, they count as nothing."""
    CLOSED = "closed"
    """The market is closed and has no book: the price that the venue tells for the outcome. It may still change."""
    UNKNOWN = "unknown"
    """The venue tells neither book nor price: counted as nothing in a summary, and never stored in a curve."""


class Quote(BaseModel):
    """One outcome's price to mark at, and when it was read from the venue."""

    model_config = ConfigDict(frozen=True)

    basis: Basis
    price: Price
    observed_at: datetime


class Mark(BaseModel):
    """Shares at a quote. `value` is what selling them would bring before fees, rounded down."""

    model_config = ConfigDict(frozen=True)

    shares: Shares
    cost: Usdc
    quote: Quote

    @property
    def value(self) -> Usdc:
        return proceeds_of(self.quote.price, self.shares)

    @property
    def unrealised(self) -> Usdc:
        return Usdc(self.value - self.cost)


def quote_of(token_id: str, book: OrderBook | None, market: Market | None, observed_at: datetime) -> Quote:
    """From the book, or without one from a market that is closed."""
    if book is not None:
        bid = book.best_bid
        basis = Basis.NO_BID if bid is None else Basis.BID
        return Quote(basis=basis, price=NOTHING if bid is None else bid, observed_at=observed_at)
    if market is not None and market.closed:
        for outcome in market.outcomes:
            if outcome.token_id == token_id:
                return Quote(basis=Basis.CLOSED, price=outcome.price, observed_at=observed_at)
    return Quote(basis=Basis.UNKNOWN, price=NOTHING, observed_at=observed_at)


def value_of(marks: Iterable[Mark]) -> Usdc:
    return Usdc(sum((mark.value for mark in marks), Decimal(0)))


def unrealised_of(marks: Iterable[Mark]) -> Usdc:
    return Usdc(sum((mark.unrealised for mark in marks), Decimal(0)))
