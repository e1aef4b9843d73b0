"""How questions that differ are made to share upstream requests."""

from datetime import timedelta
from decimal import Decimal

from domain.market.answers import HistoryAnswer, MarketsAnswer
from domain.market.matching import select_ordered
from domain.market.price_history import PriceHistory
from domain.market.query import MarketQuery
from exchange.source import Listing, ListingKey

ZERO = Decimal(0)
LOOKBACKS = tuple(timedelta(hours=hours) for hours in (6, 36, 7 * 24, 14 * 24, 28 * 24, 90 * 24))
"""Histories are read in these spans, whatever is asked, so that strategies with different windows share them."""


def listing_key(query: MarketQuery, tag: str | None, tag_id: str | None) -> ListingKey:
    """The coarse upstream query that contains everything the query may want."""
    return ListingKey(
        tag=tag if tag_id is not None else None,
        tag_id=tag_id,
        volume_floor=power_of_ten_below(query.volume_min),
        liquidity_floor=power_of_ten_below(query.liquidity_min),
    )


def power_of_ten_below(threshold: Decimal | None) -> Decimal:
    """The threshold rounded down to 1, 10, 100, …; 0 for none or below 1."""
    if threshold is None or threshold < 1:
        return ZERO
    return Decimal(1).scaleb(threshold.adjusted())


def markets_answer(listing: Listing, query: MarketQuery) -> MarketsAnswer:
    """The listing filtered at the moment it was read. Truncated only if what was left unread could have matched."""
    least = listing.markets[-1].volume if listing.markets else ZERO
    unread_may_match = query.volume_min is None or query.volume_min <= least
    return MarketsAnswer(
        observed_at=listing.observed_at,
        markets=select_ordered(listing.markets, query, listing.observed_at),
        truncated=listing.truncated and unread_may_match,
    )


def shared_lookback(lookback: timedelta) -> timedelta:
    """The shortest shared span that covers the lookback; 90 days is the longest."""
    return next((span for span in LOOKBACKS if lookback <= span), LOOKBACKS[-1])


def cut_history(answer: HistoryAnswer, lookback: timedelta) -> HistoryAnswer:
    """The points of the last `lookback` before the history was read."""
    start = answer.observed_at - lookback
    points = answer.history.points
    if not points or points[0].at >= start:
        return answer
    kept = tuple(point for point in points if point.at >= start)
    history = PriceHistory(token_id=answer.history.token_id, points=kept)
    return HistoryAnswer(observed_at=answer.observed_at, history=history)
