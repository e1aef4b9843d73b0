"""What a market feed tells, in domain words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.money import Price, Shares


@dataclass(frozen=True, slots=True)
class TradeSeen:
    """A public trade. `taker_side` is what the taker did; the maker did the other."""

    token_id: str
    price: Price
    shares: Shares
    taker_side: Literal["BUY", "SELL"]
    traded_at: datetime
    observed_at: datetime
