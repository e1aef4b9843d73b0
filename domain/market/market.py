"""A market as the decision core sees it: Polymarket's words, exact numbers, no transport."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.market.fees import FeeSchedule
from domain.money import Price, Usdc


class Outcome(BaseModel):
    """One outcome of a market. `price` is the venue's cached price of it, not for execution."""

    model_config = ConfigDict(frozen=True)

    name: str
    token_id: str
    price: Price


class ResolutionWord(BaseModel):
    """What the venue says about the resolution, in its own words and lower case. domain.market.resolution judges it."""

    model_config = ConfigDict(frozen=True)

    uma_status: str | None = None
    uma_statuses: tuple[str, ...] = ()
    """Everything that was proposed and disputed, oldest first."""
    resolution_status: str | None = None
    """Of markets that need no oracle: inactive, active or resolved."""
    automatic: bool = False
    """The venue says it resolved without a person."""


class Market(BaseModel):
    """One market. All best prices and `spread` are of outcome 0; `end_at` is aware UTC."""

    model_config = ConfigDict(frozen=True)

    id: str
    condition_id: str
    slug: str
    question: str
    category: str
    tags: tuple[str, ...]
    """Tag slugs, lower case."""
    event_id: str | None
    event_title: str | None
    outcomes: tuple[Outcome, ...]
    active: bool
    closed: bool
    accepting_orders: bool
    enable_order_book: bool
    neg_risk: bool
    end_at: datetime | None
    volume: Usdc
    volume_24h: Usdc
    liquidity: Usdc
    best_bid: Price | None
    best_ask: Price | None
    tick_size: Decimal
    min_order_size: Decimal
    fees: FeeSchedule
    resolution: ResolutionWord | None = None
    """None: the venue says nothing about it yet."""

    @property
    def tradable(self) -> bool:
        """The flags alone; the book has the last word, since flags lie for finished markets."""
        return self.active and not self.closed and self.accepting_orders and self.enable_order_book

    @property
    def price(self) -> Price:
        """Midpoint of outcome 0 where the venue gave both sides, else its cached price."""
        if self.best_bid is not None and self.best_ask is not None:
            return Price((self.best_bid + self.best_ask) / 2)
        return self.outcomes[0].price

    @property
    def spread(self) -> Decimal | None:
        if self.best_bid is None or self.best_ask is None:
            return None
        return self.best_ask - self.best_bid

    def outcome(self, name: str) -> Outcome | None:
        """The outcome of that name, whatever its case; None when the market has no such outcome."""
        wanted = name.casefold()
        return next((outcome for outcome in self.outcomes if outcome.name.casefold() == wanted), None)
