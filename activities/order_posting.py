"""Post: the paper venue fills the order on the real book, as the exchange would, and nothing better."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.order_market import BOOK_AGE_MAX
from activities.order_reservation import VALID_FOR, step_of
from contracts.order import OrderInput, OrderStep
from db.models import Order
from db.repositories import orders
from db.repositories.order_settlement import close_unfilled
from db.repositories.trading_states import hold_state
from db.session import Database
from domain.errors import InvariantViolation
from domain.market.order_book import OrderBook
from domain.money import Usdc, plain
from domain.orders.match_order import Match, match_market_buy
from domain.risk.trading_state import allows, overtaken
from exchange.ports import MarketData

LEVELS_STORED = 50

log = structlog.get_logger("activities.order_posting")


class OrderPosting:
    def __init__(self, database: Database, markets: MarketData, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._markets = markets
        self._clock = clock

    @activity.defn(name="post_order")
    async def post_order(self, request: OrderInput) -> OrderStep:
        """Reserved → posting → matched, or cancelled when nothing was to be had. The venue is asked between transactions."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), order_id=str(request.order_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._post(request)

    async def _post(self, request: OrderInput) -> OrderStep:
        order = await self._start_posting(request)
        if order is None or order.status != "posting":
            return step_of(order)
        if order.side == "SELL":
            raise InvariantViolation(f"order {order.id} sells, and this venue only buys")
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
        return await self._match(request, order.user_id, outcome, book)

    async def _start_posting(self, request: OrderInput) -> Order | None:
        """Reserved → posting, committed before the venue is asked, under the trading state of this moment."""
        async with self._database.read() as session:
            order = await orders.read_order(session, request.order_id)
        if order is None or order.status != "reserved":
            return order
        now = self._clock()
        async with self._database.write() as session:
            standing = await hold_state(session, order.user_id)
            locked = await orders.lock_order(session, request.order_id)
            if locked is None or locked.status != "reserved":
                return locked
            if not allows(standing.state, locked.side, standing.exits):
                reason = f"trading is {standing.state}"
                await close_unfilled(session, locked, "cancelled", "trading_state", reason, now)
            elif now - locked.created_at > VALID_FOR:
                reason = "the venue could not be asked in time"
                await close_unfilled(session, locked, "cancelled", "expired", reason, now)
            else:
                await orders.start_posting(session, locked, standing.halt_epoch, now)
            return locked

    async def _match(self, request: OrderInput, user_id: UUID, outcome: Match, book: OrderBook) -> OrderStep:
        """On paper the order meets the book here and not before: a halt since then ends it without a trade."""
        now = self._clock()
        async with self._database.write() as session:
            standing = await hold_state(session, user_id)
            locked = await orders.lock_order(session, request.order_id)
            if locked is None or locked.status != "posting":
                return step_of(locked)
            if overtaken(locked.halt_epoch, standing.halt_epoch, locked.side, standing.exits):
                await close_unfilled(session, locked, "cancelled", "trading_state", "trading was halted", now)
            elif now - locked.created_at > VALID_FOR:
                reason = "the venue could not be asked in time"
                await close_unfilled(session, locked, "cancelled", "expired", reason, now)
            else:
                await orders.match(session, locked, outcome, _book_as_read(book), now)
                log.info("order matched", shares=plain(outcome.shares), cost=plain(outcome.cost))
            return step_of(locked)

    async def _close(self, request: OrderInput, status: str, rule: str, reason: str) -> OrderStep:
        async with self._database.write() as session:
            locked = await orders.lock_order(session, request.order_id)
            if locked is not None and locked.status == "posting":
                await close_unfilled(session, locked, status, rule, reason, self._clock())
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
