"""Frames of the market channel, also as they were recorded, become books and trades."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from exchange.polymarket.market_frames import BookTouched, UnreadableFrame, read_frame

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOOK = {
    "event_type": "book",
    "asset_id": "1",
    "market": "0x1",
    "bids": [{"price": "0.40", "size": "10"}, {"price": "0.42", "size": "5"}],
    "asks": [{"price": "0.45", "size": "8"}],
    "timestamp": "1790000000000",
    "tick_size": "0.01",
}


def row(price: str, size: str, side: str, bid: str, ask: str, token: str = "1") -> dict[str, str]:
    return {"asset_id": token, "price": price, "size": size, "side": side, "best_bid": bid, "best_ask": ask}


def changes(*rows: dict[str, str]) -> dict[str, Any]:
    return {
        "event_type": "price_change",
        "market": "0x1",
        "price_changes": rows,
        "timestamp": "1790000000456",
    }


def applied(*events: dict[str, Any]) -> tuple[LiveBook, list[BookTouched | TradeSeen]]:
    books = {"1": LiveBook("1")}
    return books["1"], read_frame(json.dumps(events), books, NOW)


def test_a_book_and_its_changes_leave_the_book_of_the_venue() -> None:
    book, found = applied(
        BOOK, changes(row("0.43", "7", "BUY", "0.43", "0.44"), row("0.44", "1", "SELL", "0.43", "0.44"))
    )
    assert (book.best_bid, book.best_ask, book.tick_size) == (
        Decimal("0.43"),
        Decimal("0.44"),
        Decimal("0.01"),
    )
    assert book.venue_time == datetime.fromtimestamp(1790000000.456, UTC)
    assert book.observed_at == NOW
    assert found == [BookTouched(book), BookTouched(book)]


def test_an_empty_side_is_zero_for_bids_and_one_for_asks() -> None:
    book, found = applied(
        BOOK, changes(row("0.42", "0", "BUY", "0", "0.45"), row("0.40", "0", "BUY", "0", "0.45"))
    )
    assert book.best_bid is None
    assert found[-1] == BookTouched(book, drifted=False)


def test_other_best_prices_than_ours_say_that_something_was_missed() -> None:
    book, found = applied(BOOK, changes(row("0.41", "7", "BUY", "0.43", "0.45")))
    assert found[-1] == BookTouched(book, drifted=True)


def test_changes_before_the_first_book_and_of_other_tokens_are_passed_over() -> None:
    book, found = applied(
        changes(row("0.41", "7", "BUY", "0.41", "1"), row("0.59", "7", "SELL", "0", "0.59", "2"))
    )
    assert (book.known, found) == (False, [])


def test_a_trade_says_what_the_taker_did() -> None:
    trade = {
        "event_type": "last_trade_price",
        "asset_id": "1",
        "price": "0.45",
        "size": "12.5",
        "side": "BUY",
    }
    _, found = applied(BOOK, {**trade, "timestamp": "1790000000789"}, {**trade, "asset_id": "2"})
    assert found[1:] == [
        TradeSeen(
            "1", found[1].price, found[1].shares, "BUY", datetime.fromtimestamp(1790000000.789, UTC), NOW
        )
        for _ in (0,)
        if isinstance(found[1], TradeSeen)
    ]
    assert isinstance(found[1], TradeSeen)
    assert (found[1].price, found[1].shares) == (Decimal("0.45"), Decimal("12.5"))


@pytest.mark.parametrize(
    "text",
    [
        "INVALID OPERATION",
        "7",
        json.dumps(changes({"asset_id": "1"})),
        json.dumps({**BOOK, "bids": [{"price": "much", "size": "1"}]}),
        json.dumps({**BOOK, "bids": [{"price": 0.4, "size": "1"}]}),
    ],
)
def test_what_the_channel_is_not_known_to_say_is_refused(text: str) -> None:
    book, _ = applied(BOOK)
    with pytest.raises(UnreadableFrame):
        read_frame(text, {"1": book}, NOW)


def test_recorded_frames_are_understood(recorded: Path) -> None:
    folder = recorded / "nautilus-fixtures"
    book = json.loads((folder / "ws_market_book_msg.json").read_text())
    token = book["asset_id"]
    books = {token: LiveBook(token)}
    read_frame(json.dumps(book), books, NOW)
    assert books[token].best_bid == max(Decimal(level["price"]) for level in book["bids"])
    assert books[token].best_ask == min(Decimal(level["price"]) for level in book["asks"])
    change = json.loads((folder / "ws_market_price_change_msg.json").read_text())
    (touched,) = read_frame(json.dumps(change), books, NOW)
    assert isinstance(touched, BookTouched)
    assert Decimal("0.51") in [level.price for level in books[token].bids()]
    read_frame((folder / "ws_quotes.json").read_text(), books, NOW)
    trade = json.loads((folder / "ws_market_last_trade_msg.json").read_text())
    (seen,) = read_frame(json.dumps({**trade, "asset_id": token}), books, NOW)
    assert isinstance(seen, TradeSeen)
