"""Who trades and holds, in public: the port that answers it. Implemented by exchange/market_data.py."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.market.activity import HoldersAnswer, Holding, PublicTrade, TradesAnswer

__all__ = ["HoldersAnswer", "Holding", "MarketActivity", "PublicTrade", "TradesAnswer"]


class MarketActivity(Protocol):
    """Who trades and holds. Raises like MarketData."""

    async def recent_trades(self, condition_ids: Sequence[str]) -> Mapping[str, TradesAnswer]: ...

    async def holders(self, condition_ids: Sequence[str]) -> Mapping[str, HoldersAnswer]: ...
