"""Who trades and holds, in public: answers and the port that gives them. Implemented by exchange/market_data.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

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
    """The latest trades of a market, newest first; how many is up to the source."""

    model_config = ConfigDict(frozen=True)

    observed_at: datetime
    trades: tuple[PublicTrade, ...]


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


class MarketActivity(Protocol):
    """Who trades and holds. Raises like MarketData."""

    async def recent_trades(self, condition_ids: Sequence[str]) -> Mapping[str, TradesAnswer]: ...

    async def holders(self, condition_ids: Sequence[str]) -> Mapping[str, HoldersAnswer]: ...
