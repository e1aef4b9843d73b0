"""A book as the CLOB writes it, with the hash clients use to compare books."""

from hashlib import sha1

import orjson

from domain.money import plain
from sandbox.venue import Book
from sandbox.wire.gamma_market import WireObject


def book_object(book: Book) -> WireObject:
    row: WireObject = {
        "market": book.market.condition_id,
        "asset_id": book.token_id,
        "timestamp": str(book.at_ms),
        "hash": "",
        "bids": [{"price": price, "size": size} for price, size in book.bids],
        "asks": [{"price": price, "size": size} for price, size in book.asks],
        "min_order_size": plain(book.market.min_size),
        "tick_size": plain(book.tick),
        "neg_risk": book.market.neg_risk,
        "last_trade_price": book.last_trade,
    }
    # The hash covers exactly these keys in exactly this order, with itself empty.
    row["hash"] = sha1(orjson.dumps(row), usedforsecurity=False).hexdigest()
    return row
