"""An order as a venue is asked for it, and what a venue answers. The words of the port are in exchange/venue.py."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.money import Price, Shares, Usdc
from domain.orders.resting import Resting

Side = Literal["BUY", "SELL"]
VenueStatus = Literal["matched", "live", "cancelled", "rejected", "unknown", "absent"]
"""matched: nothing of it is left at the venue. absent: the venue has never heard of it."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class VenueOrder(Frozen):
    """`amount`: dollars of a market BUY. `shares`: of every other order, not cut yet."""

    id: UUID
    market_id: str
    token_id: str
    side: Side
    order_type: Literal["market", "limit"]
    time_in_force: Literal["FAK", "FOK", "GTC", "GTD"]
    amount: Usdc
    shares: Shares
    limit_price: Price | None
    """Of a market SELL: its floor."""
    slippage_max: Decimal | None
    post_only: bool
    spend_max: Usdc
    """BUY: what was set aside, fee included; the venue may take no more."""
    posted_at: datetime
    expires_at: datetime | None
    resting: Resting | None
    """Paper venue: where it stands, if it rests."""
    taken: tuple[tuple[Price, Shares], ...] = ()
    """Paper venue, of a sale: what earlier tries sold to bids that the book still shows, by price."""

    @property
    def rests(self) -> bool:
        return self.order_type == "limit" and self.time_in_force in ("GTC", "GTD")


class VenueFill(Frozen):
    """One part execution. `amount`: price × shares, before the fee."""

    trade_id: str | None
    """None on paper: it is numbered when it is booked."""
    price: Price
    shares: Shares
    amount: Usdc
    fee: Usdc


class VenueAnswer(Frozen):
    """Where the order stands at the venue, and the fills that the venue tells of, old ones perhaps among them."""

    status: VenueStatus
    fills: tuple[VenueFill, ...] = ()
    complete: bool = True
    """matched: False when the book had less than was asked for."""
    rule: str | None = None
    """cancelled and rejected: our word for the reason; `reason` is the venue's, or a sentence."""
    reason: str | None = None
    venue_order_id: str | None = None
    book: dict[str, Any] | None = None
    """The order book it met, as evidence."""
    resting: Resting | None = None
    """Paper venue: where it stands now."""
    based_on: Resting | None = None
    """Paper venue: what that was computed from; when the books say something else by now, another look came first."""
