"""Public trades and holders."""

from decimal import Decimal

from exchange.market_data import CachedMarketData
from tests.exchange.venue_server import VenueServer

CONDITION = f"0x{5:064x}"


async def test_trades_are_newest_first_exact_and_shared(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    first = (await market_data.recent_trades([CONDITION]))[CONDITION]
    assert [trade.at.timestamp() for trade in first.trades] == [1790000009, 1790000000]
    assert (first.trades[0].price, first.trades[0].size) == (Decimal("0.55"), Decimal("100.1"))
    assert first.trades[0].wallet == "0x" + "ab" * 20
    assert (await market_data.recent_trades([CONDITION]))[CONDITION] is first
    assert venue.requests == {"/v2/trades": 1}


async def test_holders_come_with_most_shares_first(market_data: CachedMarketData, venue: VenueServer) -> None:
    answer = (await market_data.holders([CONDITION]))[CONDITION]
    assert [holding.shares for holding in answer.holders] == [Decimal("2500.25"), Decimal(10)]
    assert market_data.stats.upstream_requests == {"holders": 1}
