"""The latest public trades of a market (Data API)."""

from typing import TYPE_CHECKING

from domain.money import Price, Shares
from exchange.activity import PublicTrade, TradesAnswer
from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream

if TYPE_CHECKING:
    from polymarket import AsyncPublicClient

MOST = 500


async def read_trades(client: "AsyncPublicClient", upstream: Upstream, condition_id: str) -> TradesAnswer:
    """Newest first, at most 500."""
    pages = client.list_trades(condition_id=condition_id, page_size=MOST)
    observed_at, page = await upstream.run_stamped(Endpoint.TRADES, pages.first_page)
    trades = [
        PublicTrade(
            condition_id=trade.condition_id,
            token_id=trade.asset_id,
            wallet=trade.wallet.lower(),
            side=trade.side,
            price=Price(trade.price),
            size=Shares(trade.size),
            at=trade.timestamp,
            transaction_hash=trade.transaction_hash,
        )
        for trade in page.items
    ]
    trades.sort(key=lambda trade: trade.at, reverse=True)
    return TradesAnswer(observed_at=observed_at, trades=tuple(trades), truncated=len(trades) >= MOST)
