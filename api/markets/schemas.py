"""Markets as pages show them."""

from datetime import datetime

from pydantic import BaseModel

from api.decimal_text import DecimalText
from api.parts import Source


class OutcomeView(BaseModel):
    name: str
    token_id: str
    price: DecimalText


class MarketView(BaseModel):
    """Prices in USDC per share of the first outcome, amounts in USDC."""

    id: str
    question: str
    category: str
    tags: list[str]
    price: DecimalText
    best_bid: DecimalText | None
    best_ask: DecimalText | None
    spread: DecimalText | None
    volume: DecimalText
    volume_24h: DecimalText
    liquidity: DecimalText
    end_at: datetime | None
    outcomes: list[OutcomeView]


class MarketList(BaseModel):
    items: list[MarketView]
    observed_at: datetime
    """When they were read from the venue."""
    source: Source
