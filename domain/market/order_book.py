"""An order book of one outcome token: best level first on both sides, exact numbers."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.money import Price, Shares


class Level(BaseModel):
    """One price level."""

    model_config = ConfigDict(frozen=True)

    price: Price
    size: Shares


class OrderBook(BaseModel):
    """Bids fall, asks rise. `observed_at` is when we read it, `venue_time` what the venue stamped on it."""

    model_config = ConfigDict(frozen=True)

    token_id: str
    condition_id: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    tick_size: Decimal
    min_order_size: Shares
    neg_risk: bool
    venue_time: datetime | None
    observed_at: datetime
    hash: str = ""

    @property
    def best_bid(self) -> Price | None:
        return self.bids[0].price if self.bids else None

    @property
    def best_ask(self) -> Price | None:
        return self.asks[0].price if self.asks else None

    @property
    def midpoint(self) -> Price | None:
        if not self.bids or not self.asks:
            return None
        return Price((self.bids[0].price + self.asks[0].price) / 2)

    @property
    def spread(self) -> Decimal | None:
        if not self.bids or not self.asks:
            return None
        return self.asks[0].price - self.bids[0].price
