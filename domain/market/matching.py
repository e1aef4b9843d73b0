"""Which markets a query means. Pure: markets and the moment go in, the matching markets come out."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from domain.market.market import Market
from domain.market.query import MarketQuery

SECONDS_PER_HOUR = 3600
WORD = re.compile(r"\w+")


def matches(market: Market, query: MarketQuery, now: datetime) -> bool:
    """True when every condition of the query holds at `now`. `limit` is no condition of one market.

    A market without an end date fails every end date condition; one whose end date has passed is never "within" hours.
    """
    if market.closed:
        return False
    if query.volume_min is not None and market.volume < query.volume_min:
        return False
    if query.liquidity_min is not None and market.liquidity < query.liquidity_min:
        return False
    if query.tag is not None and not has_tag(market, tag_slug(query.tag)):
        return False
    if not _ends_in_time(market, query, now):
        return False
    return query.text is None or _words(query.text) <= _words(f"{market.question} {market.event_title or ''}")


def select(markets: Iterable[Market], query: MarketQuery, now: datetime) -> tuple[Market, ...]:
    """The matching markets, highest volume first, at most `query.limit`; equal volumes in order of their ids."""
    found = [market for market in markets if matches(market, query, now)]
    found.sort(key=_by_volume)
    return tuple(found[: max(query.limit, 0)])


def has_tag(market: Market, slug: str) -> bool:
    """True when the slug is one of the market's tags or its category."""
    return slug in market.tags or slug == market.category


def tag_slug(text: str) -> str:
    """How the venue writes a tag: lower case, words joined by hyphens. "Pop Culture" is `pop-culture`."""
    return "-".join(text.strip().lower().split())


def _by_volume(market: Market) -> tuple[Decimal, str]:
    return (-market.volume, market.id)


def _ends_in_time(market: Market, query: MarketQuery, now: datetime) -> bool:
    if query.end_after_hours is None and query.end_within_hours is None:
        return True
    if market.end_at is None:
        return False
    if query.end_after_hours is not None and market.end_at < now + _hours(query.end_after_hours):
        return False
    return query.end_within_hours is None or now < market.end_at <= now + _hours(query.end_within_hours)


def _hours(hours: Decimal) -> timedelta:
    return timedelta(seconds=int(hours * SECONDS_PER_HOUR))


@lru_cache(maxsize=16_384)
def _words(text: str) -> frozenset[str]:
    # The same few thousand questions are asked about again and again; splitting them anew is what would cost.
    return frozenset(WORD.findall(text.casefold()))
