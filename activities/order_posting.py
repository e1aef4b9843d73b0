"""Post: the paper venue fills the order on the real book, as the exchange would, and nothing better."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.order_reservation import VALID_FOR, step_of
from contracts.order import OrderInput, OrderStep
from db.repositories import orders
from db.session import Database
from domain.market.order_book import OrderBook
from domain.money import Usdc, plain
from domain.orders.match_order import match_market_buy
from exchange.ports import MarketData

BOOK_AGE_MAX = timedelta(seconds=2)
LEVELS_STORED = 50

log = structlog.get_logger("activities.order_posting")


class OrderPosting:
    def __init__(self, database: Database, markets: MarketData, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._markets = markets
        self._clock = clock

    @activity.defn(name="post_order")
    async def post_order(self, request: OrderInput) -> OrderStep:
        """Reserved → matched, or cancelled when nothing was to be had. The book is read before the transaction begins."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), order_id=str(request.order_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._post(request)

    async def _post(self, request: OrderInput) -> OrderStep:
        async with self._database.read() as session:
            order = await orders.read_order(session, request.order_id)
        if order is None or order.status != "reserved":
            return step_of(order)
        if self._clock() - order.created_at > VALID_FOR:
            return await self._close(request, "cancelled", "expired", "the venue could not be asked in time")
        found = await self._markets.markets_by_id((order.market_id,))
        books = await self._markets.books((order.token_id,), BOOK_AGE_MAX)
        book = books[order.token_id].book if order.token_id in books else None
        if not found.markets or not found.markets[0].tradable or book is None:
            return await self._close(
                request, "rejected", "market_closed", "the market has no order book any more"
            )
        outcome = match_market_buy(book, Usdc(order.amount), found.markets[0].fees, order.slippage_max)
        if not outcome.taken:
            return await self._close(
                request, "cancelled", "no_match", "the book had nothing to sell at an allowed price"
            )
        if outcome.cost + outcome.fee > order.reserved_amount:
            # Only what was set aside may be spent: an order that spent more could never be settled.
            return await self._close(
                request, "cancelled", "fee_changed", "the market's fee rose above what was reserved for it"
            )
        now = self._clock()
        async with self._database.write() as session:
            locked = await orders.lock_order(session, request.order_id)
            if locked is not None and locked.status == "reserved":
                await orders.match(session, locked, outcome, _book_as_read(book), now)
                log.info("order matched", shares=plain(outcome.shares), cost=plain(outcome.cost))
            return step_of(locked)

    async def _close(self, request: OrderInput, status: str, rule: str, reason: str) -> OrderStep:
        async with self._database.write() as session:
            locked = await orders.lock_order(session, request.order_id)
            if locked is not None and locked.status == "reserved":
                await orders.close_unfilled(session, locked, status, rule, reason, self._clock())
                log.info("order closed unfilled", rule=rule)
            return step_of(locked)


def _book_as_read(book: OrderBook) -> dict[str, Any]:
    """The evidence of the fill: anyone can walk these levels again."""
    return {
        "venue_time": book.venue_time.isoformat() if book.venue_time else None,
        "observed_at": book.observed_at.isoformat(),
        "hash": book.hash,
        "tick_size": plain(book.tick_size),
        "asks": [[plain(level.price), plain(level.size)] for level in book.asks[:LEVELS_STORED]],
        "bids": [[plain(level.price), plain(level.size)] for level in book.bids[:LEVELS_STORED]],
    }
