"""Prices to mark positions at: the books of all of them at once, and the market where there is no book."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from db.repositories.account_books import OpenPosition
from domain.market.answers import BookAnswer
from domain.market.market import Market
from domain.portfolio.marks import Mark, Quote, quote_of
from exchange.errors import MarketDataUnavailable
from exchange.ports import MarketData

MARKS_AGE_MAX = timedelta(seconds=30)
AGAIN_WITHIN = 2.0
"""Seconds: a refusal that came sooner is asked about once more."""

Quotes = Mapping[str, Quote]
"""By token."""


async def read_quotes(markets: MarketData, positions: Sequence[OpenPosition]) -> Quotes:
    """Raises MarketDataUnavailable or MarketDataRefused."""
    if not positions:
        return {}
    tokens = sorted({position.token_id for position in positions})
    books = await _books(markets, tokens)
    without = [each for each in positions if each.token_id not in books or books[each.token_id].book is None]
    known: dict[str, Market] = {}
    observed_at = min(answer.observed_at for answer in books.values()) if books else None
    if without:
        answer = await markets.markets_by_id(sorted({each.market_id for each in without}))
        known = {market.id: market for market in answer.markets}
        observed_at = answer.observed_at if observed_at is None else observed_at
    quotes: dict[str, Quote] = {}
    for each in positions:
        found = books.get(each.token_id)
        seen_at = found.observed_at if found is not None else observed_at
        assert seen_at is not None, "books or markets were asked"
        book = found.book if found is not None else None
        quotes[each.token_id] = quote_of(each.token_id, book, known.get(each.market_id), seen_at)
    return quotes


async def _books(markets: MarketData, tokens: Sequence[str]) -> Mapping[str, BookAnswer]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        return await markets.books(tokens, MARKS_AGE_MAX)
    except MarketDataUnavailable:
        # A kept book at the end of its age is too old once the others of the same question were read: now it is read too.
        if loop.time() - began > AGAIN_WITHIN:
            raise
        return await markets.books(tokens, MARKS_AGE_MAX)


def mark(position: OpenPosition, quotes: Quotes) -> Mark:
    return Mark(shares=position.shares, cost=position.cost, quote=quotes[position.token_id])
