"""The SDK's order books become domain books."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares

if TYPE_CHECKING:
    from polymarket.models.clob import OrderBook as SdkBook
    from polymarket.models.clob import OrderBookLevel as SdkLevel


def book_from(book: "SdkBook", observed_at: datetime) -> OrderBook:
    """Best level first on both sides, whatever order the venue used; levels without size are gone."""
    return OrderBook(
        token_id=book.asset_id,
        condition_id=book.condition_id,
        bids=tuple(sorted(_levels(book.bids), key=_price, reverse=True)),
        asks=tuple(sorted(_levels(book.asks), key=_price)),
        tick_size=book.tick_size,
        min_order_size=Shares(book.min_order_size),
        neg_risk=book.neg_risk,
        venue_time=book.timestamp,
        observed_at=observed_at,
        hash=book.hash,
    )


def _levels(levels: "Iterable[SdkLevel]") -> Iterable[Level]:
    return (
        Level(price=Price(level.price), size=Shares(level.size))
        for level in levels
        if level.size > 0 and 0 < level.price < 1
    )


def _price(level: Level) -> Price:
    return level.price
