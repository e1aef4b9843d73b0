"""The bids of a book without what paper sales took of them a moment ago."""

from collections.abc import Iterable
from decimal import Decimal

from domain.market.order_book import OrderBook
from domain.money import Price, Shares


def bids_left(book: OrderBook, taken: Iterable[tuple[Price, Shares]]) -> OrderBook:
    """`taken` by price; a level of which nothing is left is gone."""
    gone = dict(taken)
    if not gone:
        return book
    left = [(level, level.size - gone.get(level.price, Decimal(0))) for level in book.bids]
    bids = tuple(level.model_copy(update={"size": Shares(size)}) for level, size in left if size > 0)
    return book.model_copy(update={"bids": bids})
