"""The live side of a venue: books as they change and trades as they happen. Implemented by exchange/polymarket/market_feed.py."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook


class FeedListener(Protocol):
    """Is called in the loop that reads the feed: must return at once and must not raise."""

    def book_changed(self, book: LiveBook) -> None:
        """`book` is the feed's own and goes on changing; whoever needs it later copies it."""
        ...

    def trade_seen(self, trade: TradeSeen) -> None: ...

    def sight_lost(self, token_ids: Collection[str], last_heard: datetime, reason: str) -> None:
        """Nothing is known of these books since `last_heard`; a `book_changed` of each tells that it is known again."""
        ...


class MarketFeed(Protocol):
    """Bound to one event loop. It reconnects by itself for as long as it is open; nothing here raises because of the venue."""

    def listen(self, listener: FeedListener) -> None:
        """Who is told; set once, before the first `watch`."""
        ...

    def watch(self, token_ids: Collection[str]) -> None:
        """Exactly these tokens from now on: what is new is subscribed to, what is missing is let go."""
        ...

    def book(self, token_id: str) -> LiveBook | None:
        """None while it is not known."""
        ...

    @property
    def silent_since(self) -> datetime | None:
        """Since when the connection that is silent for longest said nothing, not even a pong; None: nothing is watched."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why a connection is down, for people; None: all are up."""
        ...

    def start_again(self, token_ids: Collection[str], reason: str) -> None:
        """Gives up the connections of these tokens and makes new ones: they answer, but do not show what happens."""
        ...

    async def close(self) -> None: ...
