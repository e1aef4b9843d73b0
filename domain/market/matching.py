"""Which markets a query means. Pure: markets and the moment go in, the matching markets come out."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from domain.market.market import Market
from domain.market.query import MarketQuery

SECONDS_PER_HOUR = 3600
WORD = re.compile(r"\w+")

Condition = Callable[[Market], bool]


def matches(market: Market, query: MarketQuery, now: datetime) -> bool:
    """True when every condition of the query holds at `now`. `limit` is no condition of one market.

    A market without an end date fails every end date condition; one whose end date has passed is never "within" hours.
    """
    return all(holds(market) for holds in _conditions(query, now))


def select(markets: Iterable[Market], query: MarketQuery, now: datetime) -> tuple[Market, ...]:
    """The matching markets, highest volume first, at most `query.limit`; equal volumes in order of their ids."""
    return select_ordered(sorted(markets, key=by_volume), query, now)


def select_ordered(markets: Sequence[Market], query: MarketQuery, now: datetime) -> tuple[Market, ...]:
    """Like `select`, for markets already in the order of `by_volume`: stops as soon as the answer is known."""
    return tuple(islice(_matching(markets, query, now), max(query.limit, 0)))


def by_volume(market: Market) -> tuple[Decimal, str]:
    """Sort key: highest volume first, then by id."""
    return (-market.volume, market.id)


def has_tag(market: Market, slug: str) -> bool:
    """True when the slug is one of the market's tags or its category."""
    return slug in market.tags or slug == market.category


def tag_slug(text: str) -> str:
    """How the venue writes a tag: lower case, words joined by hyphens. "Pop Culture" is `pop-culture`."""
    return "-".join(text.strip().lower().split())


def _matching(markets: Sequence[Market], query: MarketQuery, now: datetime) -> Iterator[Market]:
    conditions = _conditions(query, now)
    least = query.volume_min
    for market in markets:
        if least is not None and market.volume < least:
            return
        if all(holds(market) for holds in conditions):
            yield market


def _conditions(query: MarketQuery, now: datetime) -> Sequence[Condition]:
    """The query as tests of one market, cheapest first."""
    conditions: list[Condition] = [lambda market: not market.closed]
    if (volume := query.volume_min) is not None:
        conditions.append(lambda market: market.volume >= volume)
    if (liquidity := query.liquidity_min) is not None:
        conditions.append(lambda market: market.liquidity >= liquidity)
    if query.tag is not None and (tag := tag_slug(query.tag)):
        conditions.append(lambda market: has_tag(market, tag))
    if query.end_after_hours is not None:
        earliest = now + _hours(query.end_after_hours)
        conditions.append(lambda market: market.end_at is not None and market.end_at >= earliest)
    if query.end_within_hours is not None:
        latest = now + _hours(query.end_within_hours)
        conditions.append(lambda market: market.end_at is not None and now < market.end_at <= latest)
    if query.text is not None and (words := _words(query.text)):
        conditions.append(lambda market: words <= _words(f"{market.question} {market.event_title or ''}"))
    return conditions


def _hours(hours: Decimal) -> timedelta:
    return timedelta(seconds=int(hours * SECONDS_PER_HOUR))


@lru_cache(maxsize=16_384)
def _words(text: str) -> frozenset[str]:
    # The same few thousand questions are asked about again and again; splitting them anew is what would cost.
    return frozenset(WORD.findall(text.casefold()))
