"""What is known about one item while its conditions are judged."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from domain.errors import InvalidValue
from domain.graph.item import NOTHING
from domain.market.market import Market
from domain.market.price_history import PriceHistory, momentum
from domain.money import exact

HOUR = Decimal(3_600_000_000)
MINUTE = Decimal(60_000_000)
MICROSECOND = timedelta(microseconds=1)


class Facts:
    """One market at `now`. `watchlist` (market id → added at) and `histories` (token id → history) fill up in stages.

    `values` are what nodes before attached to the item. Every reader answers None for what is not known (yet).
    """

    __slots__ = ("_momentum", "_price", "histories", "market", "market_id", "now", "values", "watchlist")

    def __init__(
        self,
        market_id: str,
        market: Market | None,
        now: datetime,
        watchlist: Mapping[str, datetime] | None,
        histories: Mapping[str, PriceHistory | None],
        values: Mapping[str, str] = NOTHING,
    ) -> None:
        self.market_id = market_id
        self.market = market
        self.now = now
        self.watchlist = watchlist
        self.histories = histories
        self.values = values
        self._price: Decimal | None = None
        self._momentum: dict[timedelta, Decimal | None] = {}

    def price(self) -> Decimal | None:
        if self._price is None and self.market is not None:
            self._price = price_of(self.market)
        return self._price

    def volume(self) -> Decimal | None:
        return self.market.volume if self.market is not None else None

    def volume_24h(self) -> Decimal | None:
        return self.market.volume_24h if self.market is not None else None

    def liquidity(self) -> Decimal | None:
        return self.market.liquidity if self.market is not None else None

    def spread(self) -> Decimal | None:
        return self.market.spread if self.market is not None else None

    def volume_24h_share(self) -> Decimal | None:
        if self.market is None or not self.market.volume:
            return None
        return self.market.volume_24h / self.market.volume

    def attached(self, name: str) -> Decimal | None:
        """A number that a node before attached; None when there is none, or when it is no number."""
        text = self.values.get(name)
        if text is None:
            return None
        try:
            return exact(text)
        except InvalidValue:
            return None

    def hours_to_end(self) -> Decimal | None:
        if self.market is None or self.market.end_at is None:
            return None
        return Decimal((self.market.end_at - self.now) // MICROSECOND) / HOUR

    def minutes_on_watchlist(self) -> Decimal | None:
        added_at = self.watchlist.get(self.market_id) if self.watchlist is not None else None
        if added_at is None:
            return None
        return Decimal((self.now - added_at) // MICROSECOND) / MINUTE

    def on_watchlist(self) -> Decimal | None:
        return None if self.watchlist is None else Decimal(self.market_id in self.watchlist)

    def momentum(self, window: timedelta) -> Decimal | None:
        """Cached once the history is known: rules read it for the verdict and again for the sentence."""
        if window in self._momentum:
            return self._momentum[window]
        token_id = token_of(self.market)
        if token_id is None or token_id not in self.histories:
            return None
        history, price = self.histories[token_id], self.price()
        change = None
        if history is not None and price is not None:
            change = momentum(history, price, self.now, window)  # type: ignore[arg-type]
        self._momentum[window] = change
        return change

    def forget_momentum(self) -> None:
        """To be called when longer histories arrived."""
        self._momentum.clear()


def price_of(market: Market) -> Decimal | None:
    """Price of outcome 0; None for a market without outcomes and quotes."""
    if not market.outcomes and market.spread is None:
        return None
    return market.price


def token_of(market: Market | None) -> str | None:
    """Token whose history stands for the market: that of outcome 0."""
    return market.outcomes[0].token_id if market is not None and market.outcomes else None
