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
    number: int
    step: int
    node_id: str
    market_id: str
    question: str
    outcome: str
    side: Literal["BUY", "SELL"]
    amount: DecimalText
    status: OrderStatus
    status_rule: str | None
    """The rule that denied it, or the venue's code that rejected it."""
    status_reason: str | None
    risk_checks: list[RiskCheckView]
    """In the order of the rules; empty before the reservation and for orders older than the rules."""
    filled_shares: DecimalText
    filled_amount: DecimalText
    fee: DecimalText
    average_price: DecimalText | None
    reason: str
    created_at: datetime
    final_at: datetime | None
