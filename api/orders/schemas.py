"""Orders as pages show them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from api.decimal_text import DecimalText

OrderStatus = Literal[
    "planned",
    "denied",
    "reserved",
    "signing",
    "signed",
    "posting",
    "unknown",
    "live",
    "matched",
    "filled",
    "cancelled",
    "expired",
    "rejected",
]


class RiskCheckView(BaseModel):
    """One rule's word on the order at its reservation; the numbers are texts with their unit."""

    rule: str
    passed: bool
    limit: str | None
    actual: str | None
    sentence: str


class OrderView(BaseModel):
    """Amounts in USDC, prices in USDC per share."""

    id: UUID
    strategy_id: UUID
    number: int
    step: int
    node_id: str
    market_id: str
    question: str
    outcome: str
    side: Literal["BUY", "SELL"]
    order_type: Literal["market", "limit"]
    time_in_force: Literal["FAK", "FOK", "GTC", "GTD"]
    amount: DecimalText
    """BUY: USDC before fees; 0 while it is a part of the capital that the reservation works out."""
    shares: DecimalText | None
    """SELL: shares to sell."""
    limit_price: DecimalText | None
    """Limit order: its price. Market SELL: never below."""
    slippage_max: DecimalText | None
    post_only: bool
    expires_at: datetime | None
    position_id: UUID | None
    """SELL: of which position."""
    exit_request_id: UUID | None
    """SELL: the wish that it carries out."""
    status: OrderStatus
    status_rule: str | None
    """The rule that denied it, or the venue's code that rejected it."""
    status_reason: str | None
    cancel_requested_at: datetime | None
    cancel_reason: str | None
    settlement: Literal["none", "settling", "settled", "reversed"]
    """Whether what was filled is final at the venue; on paper at once."""
    risk_checks: list[RiskCheckView]
    """In the order of the rules; empty before the reservation and for orders older than the rules."""
    filled_shares: DecimalText
    filled_amount: DecimalText
    fee: DecimalText
    average_price: DecimalText | None
    reason: str
    created_at: datetime
    posted_at: datetime | None
    final_at: datetime | None
