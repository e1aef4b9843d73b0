"""Markets whose order books the test writes down level by level."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from domain.market.market import Market
from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares
from tests.fixed_markets import FixedMarkets

Levels = Sequence[tuple[str, str]]


def side(levels: Levels) -> tuple[Level, ...]:
    """Price and size as text, best first."""
    return tuple(Level(price=Price(Decimal(p)), size=Shares(Decimal(s))) for p, s in levels)


class DecidedBooks(FixedMarkets):
    """What `show` was not told of has the usual book."""

    def __init__(self, *markets: Market) -> None:
        super().__init__(*markets)
        self._shown: dict[str, tuple[tuple[Level, ...], tuple[Level, ...], Decimal]] = {}

    def show(self, token_id: str, *, bids: Levels = (), asks: Levels = (), tick: str = "0.01") -> None:
        self._shown[token_id] = (side(bids), side(asks), Decimal(tick))

    def _book(self, token_id: str, now: datetime) -> OrderBook | None:
        usual = super()._book(token_id, now)
        if usual is None or token_id not in self._shown:
            return usual
        bids, asks, tick = self._shown[token_id]
        return usual.model_copy(update={"bids": bids, "asks": asks, "tick_size": tick})
