"""The paper venue: orders meet the real book by the exchange's rules, and get nothing that was not there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from activities.order_market import BOOK_AGE_MAX
from domain.market.live_book import LiveBook
from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.money import Shares, plain
from domain.orders import rounding
from domain.orders.bids_left import bids_left
from domain.orders.match_order import (
    MARKETABLE_MIN,
    Match,
    match_limit_buy,
    match_limit_sell,
    match_market_buy,
    match_market_sell,
)
from domain.orders.resting import QueueModel, Resting, after_book, begin
from domain.orders.resting_fill import resting_fill
from domain.orders.venue_order import VenueAnswer, VenueFill, VenueOrder
from exchange.ports import MarketData

LEVELS_STORED = 50
NO_MATCH = {
    "BUY": "the book had nothing to sell at an allowed price",
    "SELL": "the book had nobody to buy at an allowed price",
}


@dataclass(frozen=True)
class PaperTerms:
    """How paper orders are treated. `latency`: the book that an order meets is read at least so long after it was posted."""

    latency: timedelta = timedelta(0)
    queue: QueueModel = "queue"


class PaperVenue:
    """What it answers becomes true when it is written into the books, and not before."""

    binding = False

    def __init__(
        self, markets: MarketData, clock: Callable[[], datetime], terms: PaperTerms = PaperTerms()
    ) -> None:
        self._markets = markets
        self._clock = clock
        self._terms = terms

    async def post(self, order: VenueOrder) -> VenueAnswer:
        """Waits until the latency is over, at most that long; `posted_at` is kept, so a repeated call waits for the rest."""
        arrives_at = order.posted_at + self._terms.latency
        if (early := (arrives_at - self._clock()).total_seconds()) > 0:
            await asyncio.sleep(min(early, self._terms.latency.total_seconds()))
        age = min(max(self._clock() - arrives_at, timedelta(0)), BOOK_AGE_MAX)
        found = await self._look(order, age)
        if found is None:
            return VenueAnswer(
                status="rejected", rule="market_closed", reason="the market has no order book any more"
            )
        market, book = found
        refused = _refusal(order, market, book)
        if refused is not None:
            return refused.model_copy(update={"book": book_as_read(book)})
        match = _match(order, market, bids_left(book, order.taken))
        answer = self._arrived(order, match, book)
        seen = book_as_read(book)
        if order.taken:
            seen["taken"] = [[plain(price), plain(shares)] for price, shares in order.taken]
        return answer.model_copy(update={"book": seen, "venue_order_id": str(order.id)})

    async def look_up(self, order: VenueOrder) -> VenueAnswer:
        if order.resting is None:
            return VenueAnswer(status="absent")
        found = await self._look(order, BOOK_AGE_MAX)
        if found is None:
            return VenueAnswer(
                status="cancelled", rule="market_closed", reason="the market takes no orders any more"
            )
        served = after_book(order.resting, LiveBook.of(found[1]))
        if served.resting.stands_as(order.resting):
            return VenueAnswer(status="live", resting=order.resting, based_on=order.resting)
        fills = (resting_fill(order.resting, served.filled),) if served.filled > 0 else ()
        return VenueAnswer(
            status="matched" if served.resting.left == 0 else "live",
            fills=fills,
            resting=served.resting,
            based_on=order.resting,
        )

    async def cancel(self, order: VenueOrder) -> VenueAnswer:
        return VenueAnswer(status="cancelled")

    async def _look(self, order: VenueOrder, age: timedelta) -> tuple[Market, OrderBook] | None:
        """None when the venue takes no orders in this market any more. Raises MarketDataUnavailable."""
        found = await self._markets.markets_by_id((order.market_id,))
        books = await self._markets.books((order.token_id,), age)
        book = books[order.token_id].book if order.token_id in books else None
        if not found.markets or not found.markets[0].tradable or book is None:
            return None
        return found.markets[0], book

    def _arrived(self, order: VenueOrder, match: Match, book: OrderBook) -> VenueAnswer:
        if order.side == "BUY" and match.cost + match.fee > order.spend_max:
            # Only what was set aside may be spent: an order that spent more could never be settled.
            reason = "the market's fee rose above what was reserved for it"
            return VenueAnswer(status="cancelled", rule="fee_changed", reason=reason)
        fills = tuple(
            VenueFill(trade_id=None, price=part.price, shares=part.shares, amount=part.cost, fee=part.fee)
            for part in match.taken
        )
        if order.rests and not match.complete:
            return VenueAnswer(status="live", fills=fills, resting=self._begin(order, match, book))
        if not fills:
            return _killed(order)
        return VenueAnswer(status="matched", fills=fills, complete=match.complete)

    def _begin(self, order: VenueOrder, match: Match, book: OrderBook) -> Resting:
        assert order.limit_price is not None, "only limit orders rest"
        return begin(
            LiveBook.of(book),
            side=order.side,
            price=order.limit_price,
            left=Shares(rounding.size(order.shares) - match.shares),
            taken=tuple((part.price, part.shares) for part in match.taken),
            model=self._terms.queue,
            since=book.venue_time or book.observed_at,
        )


def _match(order: VenueOrder, market: Market, book: OrderBook) -> Match:
    limit = order.limit_price
    if order.order_type == "limit" and limit is not None:
        take = match_limit_buy if order.side == "BUY" else match_limit_sell
        match = take(book, order.shares, limit, market.fees)
    elif order.side == "BUY":
        match = match_market_buy(book, order.amount, market.fees, order.slippage_max)
    else:
        match = match_market_sell(book, order.shares, market.fees, order.slippage_max, limit)
    return match.or_nothing() if order.time_in_force == "FOK" else match


def _refusal(order: VenueOrder, market: Market, book: OrderBook) -> VenueAnswer | None:
    """What the exchange refuses a limit order for, in its words; it never reprices."""
    price = order.limit_price
    if order.order_type != "limit" or price is None:
        return None
    tick, shares = book.tick_size, rounding.size(order.shares)
    least = max(market.min_order_size, book.min_order_size)
    best = book.best_ask if order.side == "BUY" else book.best_bid
    crosses = best is not None and (price >= best if order.side == "BUY" else price <= best)
    dollars = rounding.dollars(price * shares)
    rule: str | None = None
    words = ""
    if not rounding.on_tick(price, tick) or not rounding.inside_ticks(price, tick):
        rule, words = "limit_price", f"Price ({plain(price)}) breaks minimum tick size rule: {plain(tick)}"
    elif shares < least:
        rule, words = "order_min", f"Size ({plain(shares)}) lower than the minimum: {plain(least)}"
    elif crosses and order.post_only:
        rule, words = "post_only", "invalid post-only order: order crosses book"
    elif crosses and order.side == "BUY" and dollars < MARKETABLE_MIN:
        rule, words = (
            "order_min",
            f"invalid amount for a marketable BUY order (${plain(dollars)}), min size: $1",
        )
    return None if rule is None else VenueAnswer(status="rejected", rule=rule, reason=words)


def _killed(order: VenueOrder) -> VenueAnswer:
    if order.time_in_force == "FOK":
        words = "order couldn't be fully filled. FOK orders are fully filled or killed."
        return VenueAnswer(status="cancelled", rule="fok_killed", reason=words)
    return VenueAnswer(status="cancelled", rule="no_match", reason=NO_MATCH[order.side])


def book_as_read(book: OrderBook) -> dict[str, Any]:
    """The evidence of the fill: anyone can walk these levels again."""
    return {
        "venue_time": book.venue_time.isoformat() if book.venue_time else None,
        "observed_at": book.observed_at.isoformat(),
        "hash": book.hash,
        "tick_size": plain(book.tick_size),
        "asks": [[plain(level.price), plain(level.size)] for level in book.asks[:LEVELS_STORED]],
        "bids": [[plain(level.price), plain(level.size)] for level in book.bids[:LEVELS_STORED]],
    }
