"""Recorded order books arrive best level first, level by level."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from exchange.market_data import CachedMarketData
from tests.exchange.conftest import NOON
from tests.exchange.venue_server import VenueServer, raw_book

FRESH = timedelta(seconds=5)
LATER_FIELDS = {"min_order_size": "5", "tick_size": "0.001", "neg_risk": False, "last_trade_price": "0.512"}
"""The capture is older than these fields, which every book of today carries."""


def recorded_book(recorded: Path) -> dict[str, Any]:
    book: dict[str, Any] = json.loads((recorded / "nautilus-fixtures/py_resources/book.json").read_text())
    return book


async def test_a_recorded_book_is_read_level_by_level(
    recorded: Path, market_data: CachedMarketData, venue: VenueServer
) -> None:
    raw = recorded_book(recorded)
    token = raw["asset_id"]
    venue.books = {token: raw | LATER_FIELDS}
    book = (await market_data.books([token], FRESH))[token].book
    assert book is not None
    assert (book.best_bid, book.best_ask) == (Decimal("0.511"), Decimal("0.514"))
    assert [str(level.price) for level in book.bids] == [level["price"] for level in reversed(raw["bids"])]
    assert [str(level.size) for level in book.asks] == [level["size"] for level in reversed(raw["asks"])]
    assert (book.token_id, book.condition_id, book.hash) == (token, raw["market"], raw["hash"])
    assert book.venue_time is not None
    assert int(book.venue_time.timestamp() * 1000) == int(raw["timestamp"])
    assert book.observed_at == NOON


async def test_a_book_without_its_trading_rules_is_not_known_and_not_guessed(
    recorded: Path, market_data: CachedMarketData, venue: VenueServer
) -> None:
    raw = recorded_book(recorded)
    venue.books = {raw["asset_id"]: raw}
    answers = await market_data.books([raw["asset_id"]], FRESH)
    assert answers[raw["asset_id"]].book is None
    assert market_data.stats.refused_keys == {"books": 1}


async def test_levels_in_any_order_come_out_best_first(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    level = {"size": "1"}
    venue.books = {
        "7": raw_book(
            "7",
            bids=[level | {"price": price} for price in ("0.3", "0.1", "0.2")],
            asks=[level | {"price": price} for price in ("0.6", "0.5", "0.7")]
            + [{"price": "0.4", "size": "0"}],
        )
    }
    book = (await market_data.books(["7"], FRESH))["7"].book
    assert book is not None
    assert [level.price for level in book.bids] == [Decimal("0.3"), Decimal("0.2"), Decimal("0.1")]
    assert [level.price for level in book.asks] == [Decimal("0.5"), Decimal("0.6"), Decimal("0.7")]


async def test_a_ghost_book_is_passed_on_as_it_is_with_its_spread(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {
        "7": raw_book("7", bids=[{"price": "0.01", "size": "9"}], asks=[{"price": "0.99", "size": "9"}])
    }
    book = (await market_data.books(["7"], FRESH))["7"].book
    assert book is not None
    assert book.spread == Decimal("0.98")


async def test_tokens_without_a_book_are_answered_with_none(
    market_data: CachedMarketData, venue: VenueServer
) -> None:
    venue.books = {"7": raw_book("7", bids=[], asks=[])}
    answers = await market_data.books(["7", "8"], FRESH)
    assert answers["8"].book is None
    empty = answers["7"].book
    assert empty is not None
    assert (empty.best_bid, empty.best_ask, empty.midpoint) == (None, None, None)
