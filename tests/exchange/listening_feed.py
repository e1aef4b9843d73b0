"""A market feed that somebody listens to, and writes down what it is told."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.money import Price
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_connection import FeedTimings
from exchange.polymarket.market_feed import PolymarketFeed
from tests.eventually import eventually

QUICK = FeedTimings(ping=0.1, silence=0.5, connect=5, backoff_first=0.02, backoff_most=0.1, book_again=0.1)


class Ear:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.bids: dict[str, list[Price | None]] = {}
        self.trades: list[TradeSeen] = []
        self.lost: list[tuple[frozenset[str], datetime, str]] = []

    def book_changed(self, book: LiveBook) -> None:
        self.bids.setdefault(book.token_id, []).append(book.best_bid)

    def trade_seen(self, trade: TradeSeen) -> None:
        self.trades.append(trade)

    def sight_lost(self, token_ids: Collection[str], last_heard: datetime, reason: str) -> None:
        self.lost.append((frozenset(token_ids), last_heard, reason))


@asynccontextmanager
async def feeding(
    addresses: Addresses, timings: FeedTimings | None = None, most: int = 200
) -> AsyncIterator[tuple[PolymarketFeed, Ear]]:
    feed, ear = PolymarketFeed(addresses, timings=timings, tokens_per_connection=most), Ear()
    feed.listen(ear)
    try:
        yield feed, ear
    finally:
        await feed.close()


async def known(feed: PolymarketFeed, *tokens: str) -> list[LiveBook]:
    async def look() -> list[LiveBook]:
        books = [feed.book(token) for token in tokens]
        return [book for book in books if book is not None] if None not in books else []

    return await eventually(look)
