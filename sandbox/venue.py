"""What the protocol layer needs from a source of markets; the generator and the replay both are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from sandbox.listing import EventListing, MarketListing, Tag

Level = tuple[str, str]
"""Price and size as the decimal text that goes on the wire."""


@dataclass(frozen=True, slots=True)
class Book:
    """One token's book at the moment it last changed. Best level LAST on both sides, as the exchange writes it."""

    market: MarketListing
    token_id: str
    at_ms: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    tick: Decimal
    last_trade: str

    @property
    def best_bid(self) -> Decimal | None:
        return Decimal(self.bids[-1][0]) if self.bids else None

    @property
    def best_ask(self) -> Decimal | None:
        return Decimal(self.asks[-1][0]) if self.asks else None

    @property
    def midpoint(self) -> Decimal | None:
        bid, ask = self.best_bid, self.best_ask
        return None if bid is None or ask is None else (bid + ask) / 2

    @property
    def spread(self) -> Decimal | None:
        bid, ask = self.best_bid, self.best_ask
        return None if bid is None or ask is None else ask - bid


@dataclass(frozen=True, slots=True)
class MarketState:
    """`payouts` per outcome once resolved. `resolution`: none, proposed, disputed or resolved."""

    closed: bool
    accepting_orders: bool
    resolution: str
    closed_ms: int | None
    payouts: tuple[Decimal, Decimal] | None
    statuses: tuple[str, ...] = ()
    """Everything that was proposed and disputed, oldest first."""


@dataclass(frozen=True, slots=True)
class MarketFigures:
    """Cached numbers as Gamma shows them: dollars, prices of outcome 0. `changes` by hour, day, week, month."""

    prices: tuple[Decimal, Decimal]
    best_bid: Decimal | None
    best_ask: Decimal | None
    last_trade: Decimal | None
    changes: tuple[Decimal, Decimal, Decimal, Decimal]
    volume: Decimal
    volume_24h: Decimal
    volume_week: Decimal
    volume_month: Decimal
    liquidity: Decimal
    tick: Decimal


@dataclass(frozen=True, slots=True)
class Wallet:
    address: str
    name: str
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Trade:
    """One taker fill of one token. `side` is the taker's."""

    market: MarketListing
    outcome: int
    at_ms: int
    side: str
    price: Decimal
    size: Decimal
    wallet: Wallet
    transaction_hash: str


@dataclass(frozen=True, slots=True)
class Holding:
    wallet: Wallet
    outcome: int
    amount: Decimal


class Venue(Protocol):
    """All moments are simulated milliseconds; nothing is known before it has happened."""

    def tags(self) -> Sequence[Tag]: ...

    def markets(self, at_ms: int) -> Sequence[MarketListing]:
        """Open markets and the recently closed ones."""
        ...

    def events(self, at_ms: int) -> Sequence[EventListing]: ...

    def market_by_id(self, market_id: str, at_ms: int) -> MarketListing | None: ...

    def market_by_slug(self, slug: str, at_ms: int) -> MarketListing | None: ...

    def market_by_token(self, token_id: str, at_ms: int) -> MarketListing | None: ...

    def market_by_condition(self, condition_id: str, at_ms: int) -> MarketListing | None: ...

    def event_by_id(self, event_id: str, at_ms: int) -> EventListing | None: ...

    def event_by_slug(self, slug: str, at_ms: int) -> EventListing | None: ...

    def state(self, market: MarketListing, at_ms: int) -> MarketState: ...

    def figures(self, market: MarketListing, at_ms: int) -> MarketFigures: ...

    def changed_at(self, market: MarketListing, at_ms: int) -> int:
        """When the market's books last changed; cheap."""
        ...

    def book(self, token_id: str, at_ms: int) -> Book | None:
        """None when the token is unknown or its market is closed."""
        ...

    def midpoints(self, token_id: str, moments: Sequence[int], at_ms: int) -> list[tuple[int, Decimal]]:
        """Midpoints at the given rising moments up to now; moments without a book are left out."""
        ...

    def last_trade(self, token_id: str, at_ms: int) -> Trade | None: ...

    def trades(
        self, market: MarketListing, after_ms: int, until_ms: int, min_cash: Decimal = Decimal(0)
    ) -> Sequence[Trade]:
        """Fills in (after, until] worth at least `min_cash` dollars, oldest first."""
        ...

    def holdings(self, market: MarketListing, at_ms: int) -> Sequence[Holding]:
        """Biggest first."""
        ...

    def propose(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        """A result is proposed, also while another one is; None is a tie. Raises VenueRefusal."""
        ...

    def dispute(self, market: MarketListing, at_ms: int) -> None:
        """Raises VenueRefusal unless something is proposed."""
        ...

    def resolve(self, market: MarketListing, outcome: int | None, at_ms: int) -> None:
        """Ends the market now; outcome None is a tie. Raises VenueRefusal."""
        ...

    def force_price(self, market: MarketListing, price: Decimal, at_ms: int) -> None:
        """Makes the price of outcome 0 jump now; it moves on from there. Raises VenueRefusal."""
        ...

    def description(self, at_ms: int) -> dict[str, object]:
        """For GET /sandbox/status."""
        ...


class VenueRefusal(Exception):
    """The venue cannot do what the admin endpoint asked; the message says why."""
