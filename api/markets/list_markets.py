"""Open markets that match, out of the cache that strategies share."""

import asyncio

from api.markets.schemas import MarketList, MarketView, OutcomeView
from api.parts import Source
from api.problem import unavailable
from domain.market.market import Market
from domain.market.query import MarketQuery
from exchange.ports import MarketData

SECONDS_MAX = 15.0


def _view(market: Market) -> MarketView:
    return MarketView(
        id=market.id,
        question=market.question,
        category=market.category,
        tags=list(market.tags),
        price=market.price,
        best_bid=market.best_bid,
        best_ask=market.best_ask,
        spread=market.spread,
        volume=market.volume,
        volume_24h=market.volume_24h,
        liquidity=market.liquidity,
        end_at=market.end_at,
        outcomes=[
            OutcomeView(name=outcome.name, token_id=outcome.token_id, price=outcome.price)
            for outcome in market.outcomes
        ],
    )


async def list_markets(market_data: MarketData, query: MarketQuery, source: Source) -> MarketList:
    """Raises MarketDataUnavailable, MarketDataRefused, or ApiProblem 503 when the venue takes too long."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            answer = await market_data.markets(query)
    except TimeoutError:
        raise unavailable("The venue takes too long to answer.", 5) from None
    return MarketList(
        items=[_view(market) for market in answer.markets],
        observed_at=answer.observed_at,
        source=source,
    )
