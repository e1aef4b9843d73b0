"""Who trades and holds, in public."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.money import Price, Shares


class PublicTrade(BaseModel):
    """One fill anybody can see. `wallet` is the side that took; price in USDC per share."""

    model_config = ConfigDict(frozen=True)

    condition_id: str
    token_id: str
    wallet: str
    side: Literal["BUY", "SELL"]
    price: Price
    size: Shares
    at: datetime
    transaction_hash: str


class TradesAnswer(BaseModel):
    """The latest trades of a market, newest first. `truncated`: the source had older ones that it did not give."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    trades: tuple[PublicTrade, ...]
    truncated: bool = False


class Holding(BaseModel):
    """What one wallet holds of one outcome."""

    model_config = ConfigDict(frozen=True)

    wallet: str
    token_id: str
    shares: Shares


class HoldersAnswer(BaseModel):
    """The largest holders of each outcome of a market, most shares first."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    holders: tuple[Holding, ...]
