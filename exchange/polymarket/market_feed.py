"""Polymarket's market channel as a market feed: as many connections as its tokens need."""

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from domain.market.live_book import LiveBook
from exchange.feed import FeedListener
from exchange.polymarket.environment import Addresses
from exchange.polymarket.market_connection import FeedTimings, MarketConnection

TOKENS_PER_CONNECTION = 200
"""Above about 500 the venue sends no first books."""
PRODUCTION_URL = "wss://ws-subscriptions-clob.polymarket.com/ws/market"


def utc_now() -> datetime:
    return datetime.now(UTC)


class PolymarketFeed:
    """Implements exchange.feed.MarketFeed."""

    def __init__(
        self,
        addresses: Addresses,
        now: Callable[[], datetime] = utc_now,
        timings: FeedTimings | None = None,
        tokens_per_connection: int = TOKENS_PER_CONNECTION,
    ) -> None:
        self._url = addresses.clob_market_ws_url or PRODUCTION_URL
        self._now = now
        self._timings = timings or FeedTimings()
        self._most = tokens_per_connection
        self._listener: FeedListener | None = None
        self._connections: list[MarketConnection] = []
        self._of_token: dict[str, MarketConnection] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def listen(self, listener: FeedListener) -> None:
        self._listener = listener

    def watch(self, token_ids: Collection[str]) -> None:
        wanted = set(token_ids)
        for connection in self._connections:
            dropped = connection.books.keys() - wanted
            for token in dropped:
                del self._of_token[token]
            if dropped:
                connection.follow((), dropped)
        added = sorted(wanted - self._of_token.keys())
        # The fullest first: what has become empty is let go.
        for connection in sorted(self._connections, key=lambda one: -len(one.books)):
            room = self._most - len(connection.books)
            self._give(connection, added[:room])
            added = added[room:]
        while added:
            connection = self._new_connection()
            self._give(connection, added[: self._most])
            added = added[self._most :]
        self._let_empty_go()

    def _give(self, connection: MarketConnection, tokens: Collection[str]) -> None:
        if tokens:
            self._of_token.update(dict.fromkeys(tokens, connection))
            connection.follow(tokens, ())

    def _new_connection(self) -> MarketConnection:
        if self._listener is None:
            raise RuntimeError("the feed has no listener yet")
        connection = MarketConnection(self._url, self._timings, self._now, self._listener)
        self._connections.append(connection)
        return connection

    def _let_empty_go(self) -> None:
        for connection in [one for one in self._connections if not one.books]:
            self._connections.remove(connection)
            ending = asyncio.create_task(connection.close())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def book(self, token_id: str) -> LiveBook | None:
        connection = self._of_token.get(token_id)
        book = connection.books.get(token_id) if connection is not None else None
        return book if book is not None and book.known else None

    @property
    def silent_since(self) -> datetime | None:
        return min((connection.heard_at for connection in self._connections), default=None)

    @property
    def trouble(self) -> str | None:
        return next((one.trouble for one in self._connections if one.trouble is not None), None)

    def start_again(self, token_ids: Collection[str], reason: str) -> None:
        for connection in {self._of_token[token] for token in token_ids if token in self._of_token}:
            connection.start_again(reason)

    async def close(self) -> None:
        await asyncio.gather(*self._ending, *(connection.close() for connection in self._connections))
        self._connections.clear()
        self._of_token.clear()
