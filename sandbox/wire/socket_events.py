"""Frames of the market channel."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.money import plain
from sandbox.listing import MarketListing
from sandbox.venue import Book, Level, MarketState, Trade
from sandbox.wire.clob_book import book_object
from sandbox.wire.gamma_market import WireObject, number


def book_event(book: Book) -> WireObject:
    return {"event_type": "book", **book_object(book)}


def price_change_event(pairs: Sequence[tuple[Book, Book]]) -> WireObject | None:
    """Differences of the books of one market, (before, after) per token; None when no level changed."""
    rows: list[WireObject] = []
    for before, after in pairs:
        changes = [
            *(("BUY", level) for level in _changed(before.bids, after.bids)),
            *(("SELL", level) for level in _changed(before.asks, after.asks)),
        ]
        if not changes:
            continue
        shown = book_object(after)["hash"]
        bid, ask = _text(after.best_bid, "0"), _text(after.best_ask, "1")
        rows.extend(
            {
                "asset_id": after.token_id, "price": price, "size": size, "side": side, "hash": shown, "best_bid": bid,
                "best_ask": ask,
            }
            for side, (price, size) in changes
        )  # fmt: skip
    if not rows:
        return None
    last = pairs[-1][1]
    at_ms = max(after.at_ms for _, after in pairs)
    return {
        "event_type": "price_change",
        "market": last.market.condition_id,
        "price_changes": rows,
        "timestamp": str(at_ms),
    }


def _changed(before: Sequence[Level], after: Sequence[Level]) -> Iterator[Level]:
    """Levels with another size than before; size 0 for those that are gone."""
    old, new = dict(before), dict(after)
    yield from ((price, "0") for price in old if price not in new)
    yield from ((price, size) for price, size in after if old.get(price) != size)


def best_bid_ask_event(book: Book) -> WireObject:
    return {
        "event_type": "best_bid_ask", "market": book.market.condition_id, "asset_id": book.token_id,
        "best_bid": _text(book.best_bid, "0"), "best_ask": _text(book.best_ask, "1"), "spread": _text(book.spread, "1"),
        "timestamp": str(book.at_ms),
    }  # fmt: skip


def last_trade_event(trade: Trade) -> WireObject:
    return {
        "event_type": "last_trade_price", "asset_id": trade.market.token_ids[trade.outcome],
        "market": trade.market.condition_id, "price": plain(trade.price), "size": plain(trade.size), "side": trade.side,
        "fee_rate_bps": "0", "timestamp": str(trade.at_ms), "transaction_hash": trade.transaction_hash,
    }  # fmt: skip


def tick_size_event(before: Book, after: Book) -> WireObject:
    return {
        "event_type": "tick_size_change", "asset_id": after.token_id, "market": after.market.condition_id,
        "old_tick_size": plain(before.tick), "new_tick_size": plain(after.tick), "timestamp": str(after.at_ms),
    }  # fmt: skip


def resolved_event(market: MarketListing, state: MarketState) -> WireObject:
    winner = state.payouts.index(Decimal(1)) if state.payouts and Decimal(1) in state.payouts else None
    return {
        "event_type": "market_resolved", "id": market.id, "market": market.condition_id,
        "assets_ids": list(market.token_ids), "winning_asset_id": None if winner is None else market.token_ids[winner],
        "winning_outcome": None if winner is None else market.outcomes[winner], "event_message": _event_message(market),
        "tags": [tag.slug for tag in market.tags], "timestamp": str(state.closed_ms or market.closes_ms),
    }  # fmt: skip


def new_market_event(market: MarketListing) -> WireObject:
    return {
        "event_type": "new_market", "id": market.id, "question": market.question, "market": market.condition_id,
        "slug": market.slug, "description": market.description, "assets_ids": list(market.token_ids),
        "outcomes": list(market.outcomes), "event_message": _event_message(market), "timestamp": str(market.opens_ms),
        "tags": [tag.slug for tag in market.tags], "condition_id": market.condition_id, "active": True,
        "clob_token_ids": list(market.token_ids), "sports_market_type": "", "line": "", "game_start_time": "",
        "order_price_min_tick_size": plain(market.tick), "group_item_title": market.group_title,
        "fees_enabled": market.fees.rate > 0,
        "fee_schedule": {
            "exponent": market.fees.exponent, "rate": number(market.fees.rate), "takerOnly": True,
            "rebateRate": number(market.fees.rebate_rate),
        },
    }  # fmt: skip


def _event_message(market: MarketListing) -> WireObject:
    return {
        "id": market.event_id, "ticker": market.event_slug, "slug": market.event_slug, "title": market.event_title,
        "description": market.description,
    }  # fmt: skip


def _text(value: Decimal | None, missing: str) -> str:
    return missing if value is None else plain(value)
