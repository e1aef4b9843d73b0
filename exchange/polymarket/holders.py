"""The largest holders of a market's outcomes (Data API)."""

from typing import TYPE_CHECKING

from domain.money import Shares
from exchange.activity import HoldersAnswer, Holding
from exchange.polymarket.rate_limits import Endpoint
from exchange.polymarket.upstream import Upstream

if TYPE_CHECKING:
    from polymarket import AsyncPublicClient

MOST_PER_OUTCOME = 100


async def read_holders(client: "AsyncPublicClient", upstream: Upstream, condition_id: str) -> HoldersAnswer:
    """Most shares first, at most 100 per outcome."""
    pages = client.list_market_holders(condition_ids=condition_id, page_size=MOST_PER_OUTCOME)
    observed_at, page = await upstream.run_stamped(Endpoint.HOLDERS, pages.first_page)
    holders = [
        Holding(wallet=holder.wallet.lower(), token_id=group.asset_id, shares=Shares(holder.amount))
        for group in page.items
        for holder in group.holders
    ]
    holders.sort(key=lambda holding: (-holding.shares, holding.wallet))
    return HoldersAnswer(observed_at=observed_at, holders=tuple(holders))
