"""Frames of Polymarket's market channel: what they do to the books, in domain words. Pure but for the books given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, cast

import orjson

from domain.errors import InvalidValue
from domain.market.feed_events import TradeSeen
from domain.market.live_book import LiveBook
from domain.market.order_book import Level
from domain.money import Price, Shares, exact

ZERO, ONE = Decimal(0), Decimal(1)

Side = Literal["BUY", "SELL"]


@dataclass(frozen=True, slots=True)
class BookTouched:
    """`drifted`: the venue's best prices are not ours, so something was missed."""

    book: LiveBook
    drifted: bool = False


class UnreadableFrame(Exception):
    """Not what the channel is known to say."""


def read_frame(
    text: str | bytes, books: Mapping[str, LiveBook], observed_at: datetime
) -> list[BookTouched | TradeSeen]:
    """Applies one frame to `books`, which holds the tokens that are followed; others are passed over.

    Raises UnreadableFrame; books that were changed before the fault stay changed.
    """
    try:
        frame = orjson.loads(text)
        events = frame if isinstance(frame, list) else [frame]
        return [found for event in events for found in _read_event(event, books, observed_at)]
    except (
        orjson.JSONDecodeError,
        InvalidValue,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise UnreadableFrame(f"{type(error).__name__}: {error}") from error


def _read_event(
    event: Mapping[str, Any], books: Mapping[str, LiveBook], observed_at: datetime
) -> Iterator[BookTouched | TradeSeen]:
    kind = event.get("event_type")
    if "price_changes" in event:
        yield from _price_change(event, books, observed_at)
    elif kind == "book":
        book = books.get(event["asset_id"])
        if book is not None:
            _replace(book, event, observed_at)
            yield BookTouched(book)
    elif kind == "last_trade_price":
        if event["asset_id"] in books and event.get("size") not in (None, ""):
            yield _trade(event, observed_at)
    elif kind == "tick_size_change":
        book = books.get(event["asset_id"])
        if book is not None:
            book.tick_size = exact(event["new_tick_size"])


def _replace(book: LiveBook, event: Mapping[str, Any], observed_at: datetime) -> None:
    if event.get("tick_size") not in (None, ""):
        book.tick_size = exact(event["tick_size"])
    book.apply_snapshot(_levels(event["bids"]), _levels(event["asks"]), _moment(event), observed_at)


def _levels(rows: list[Mapping[str, str]]) -> list[Level]:
    levels = ((exact(row["price"]), exact(row["size"])) for row in rows)
    return [
        Level.model_construct(price=Price(price), size=Shares(size))
        for price, size in levels
        if ZERO < price < ONE
    ]


def _price_change(
    event: Mapping[str, Any], books: Mapping[str, LiveBook], observed_at: datetime
) -> Iterator[BookTouched]:
    """All rows first: the best prices in them are those after the whole frame."""
    last: dict[str, Mapping[str, Any]] = {}
    for row in event["price_changes"]:
        token = row["asset_id"]
        book = books.get(token)
        if book is not None and book.known:
            book.apply_change(_side(row), Price(exact(row["price"])), Shares(exact(row["size"])))
            last[token] = row
    venue_time = _moment(event)
    for token, row in last.items():
        book = books[token]
        book.seen(venue_time, observed_at)
        yield BookTouched(book, drifted=_drifted(book, row))


def _drifted(book: LiveBook, row: Mapping[str, Any]) -> bool:
    said = ((row.get("best_bid"), ZERO, book.best_bid), (row.get("best_ask"), ONE, book.best_ask))
    return any(text not in (None, "") and exact(text) != (ours or nothing) for text, nothing, ours in said)


def _trade(event: Mapping[str, Any], observed_at: datetime) -> TradeSeen:
    return TradeSeen(
        token_id=event["asset_id"],
        price=Price(exact(event["price"])),
        shares=Shares(exact(event["size"])),
        taker_side=_side(event),
        traded_at=_moment(event) or observed_at,
        observed_at=observed_at,
    )


def _side(row: Mapping[str, Any]) -> Side:
    side = str(row["side"]).upper()
    if side not in ("BUY", "SELL"):
        raise InvalidValue(f"{side!r} is no side")
    return cast(Side, side)


def _moment(event: Mapping[str, Any]) -> datetime | None:
    """Milliseconds as text."""
    stamp = event.get("timestamp")
    return datetime.fromtimestamp(int(stamp) / 1000, UTC) if stamp not in (None, "") else None
