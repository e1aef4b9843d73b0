"""The order book of one token as a feed keeps it: whole at first, then changed level by level."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Literal, Self

from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares


class BookSide:
    """Sizes by price. Prices are kept in order, so the best costs nothing and a change a search."""

    __slots__ = ("_prices", "_sizes")

    def __init__(self) -> None:
        self._prices: list[Price] = []
        self._sizes: dict[Price, Shares] = {}

    def replace(self, levels: Iterable[Level]) -> None:
        self._sizes = {level.price: level.size for level in levels if level.size > 0}
        self._prices = sorted(self._sizes)

    def put(self, price: Price, size: Shares) -> None:
        known = price in self._sizes
        if size > 0:
            self._sizes[price] = size
            if not known:
                self._prices.insert(bisect_left(self._prices, price), price)
        elif known:
            del self._sizes[price]
            del self._prices[bisect_left(self._prices, price)]

    def copy(self) -> "BookSide":
        same = BookSide()
        same._prices, same._sizes = self._prices.copy(), self._sizes.copy()
        return same

    @property
    def highest(self) -> Price | None:
        return self._prices[-1] if self._prices else None

    @property
    def lowest(self) -> Price | None:
        return self._prices[0] if self._prices else None

    def falling(self) -> Iterator[Level]:
        return self._levels(reversed(self._prices))

    def rising(self) -> Iterator[Level]:
        return self._levels(self._prices)

    def _levels(self, prices: Iterable[Price]) -> Iterator[Level]:
        return (Level.model_construct(price=price, size=self._sizes[price]) for price in prices)


class LiveBook:
    """Mutable. `observed_at` is None until the first whole book came: before that nothing here is known.

    `venue_time` is the venue's stamp of the newest thing applied, `observed_at` when we received it. Iterators end with
    the next change.
    """

    __slots__ = ("_asks", "_bids", "observed_at", "tick_size", "token_id", "venue_time")

    def __init__(self, token_id: str, tick_size: Decimal | None = None) -> None:
        self.token_id = token_id
        self.tick_size = tick_size
        self.venue_time: datetime | None = None
        self.observed_at: datetime | None = None
        self._bids = BookSide()
        self._asks = BookSide()

    @classmethod
    def of(cls, book: OrderBook) -> Self:
        """A live book that begins as `book`."""
        live = cls(book.token_id, book.tick_size)
        live.apply_snapshot(book.bids, book.asks, book.venue_time, book.observed_at)
        return live

    def copy(self) -> "LiveBook":
        """As it is now, whatever becomes of this one."""
        same = LiveBook(self.token_id, self.tick_size)
        same._bids, same._asks = self._bids.copy(), self._asks.copy()
        same.venue_time, same.observed_at = self.venue_time, self.observed_at
        return same

    @property
    def known(self) -> bool:
        return self.observed_at is not None

    @property
    def best_bid(self) -> Price | None:
        return self._bids.highest

    @property
    def best_ask(self) -> Price | None:
        return self._asks.lowest

    def bids(self) -> Iterator[Level]:
        """Highest price first."""
        return self._bids.falling()

    def asks(self) -> Iterator[Level]:
        """Lowest price first."""
        return self._asks.rising()

    def apply_snapshot(
        self,
        bids: Iterable[Level],
        asks: Iterable[Level],
        venue_time: datetime | None,
        observed_at: datetime,
    ) -> None:
        """The whole book anew, in any order; levels of size 0 are left out."""
        self._bids.replace(bids)
        self._asks.replace(asks)
        self.seen(venue_time, observed_at)

    def apply_change(self, side: Literal["BUY", "SELL"], price: Price, size: Shares) -> None:
        """The new total at one price; 0 takes the level away. BUY changes bids. Stamps are set by `seen`."""
        (self._bids if side == "BUY" else self._asks).put(price, size)

    def seen(self, venue_time: datetime | None, observed_at: datetime) -> None:
        """The book as it is now was true at `venue_time` and reached us at `observed_at`."""
        self.venue_time = venue_time
        self.observed_at = observed_at

    def forget(self) -> None:
        """After a gap in the feed: nothing is known until the next whole book."""
        self._bids.replace(())
        self._asks.replace(())
        self.venue_time = None
        self.observed_at = None
