"""What the venue says about an order's market before its transaction begins: nothing is asked under locks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from db.models import Order
from db.repositories.accounts import Owner
from db.repositories.day_openings import Bids
from db.repositories.open_positions import shares_of
from db.session import Database
from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.money import Usdc
from domain.orders.match_order import match_market_buy
from domain.risk.order_facts import MarketFacts
from exchange.ports import MarketData

BOOK_AGE_MAX = timedelta(seconds=2)
MARKS_AGE_MAX = timedelta(seconds=30)
"""Positions are marked at bids this old at most: a day's loss need not be newer."""


@dataclass(frozen=True)
class MarketSeen:
    """`book` and `market` are None when the venue does not know them any more."""

    market: Market | None
    book: OrderBook | None
    bids: Bids
    """Best bid of every outcome that the user holds."""


async def look_at_market(database: Database, markets: MarketData, order: Order) -> MarketSeen:
    """Raises MarketDataUnavailable while the venue does not answer."""
    answer = await markets.markets_by_id((order.market_id,))
    books = await markets.books((order.token_id,), BOOK_AGE_MAX)
    found = books.get(order.token_id)
    return MarketSeen(
        market=answer.markets[0] if answer.markets else None,
        book=found.book if found is not None else None,
        bids=await bids_of(database, markets, Owner(order.user_id, order.mode)),
    )


async def bids_of(database: Database, markets: MarketData, owner: Owner) -> Bids:
    """Best bids of all that the user holds in this mode."""
    async with database.read() as session:
        tokens = sorted({held.token_id for held in await shares_of(session, owner)})
    if not tokens:
        return {}
    books = await markets.books(tokens, MARKS_AGE_MAX)
    return {
        token: answer.book.best_bid
        for token, answer in books.items()
        if answer.book is not None and answer.book.best_bid is not None
    }


def market_facts(order: Order, seen: MarketSeen, now: datetime) -> MarketFacts:
    if seen.market is None:
        return MarketFacts(known=False, tradable=False)
    book = seen.book
    if book is None:
        return MarketFacts(known=True, tradable=seen.market.tradable)
    return MarketFacts(
        known=True,
        tradable=seen.market.tradable,
        best_price=book.best_ask if order.side == "BUY" else book.best_bid,
        slippage=_slippage(order, seen.market, book) if order.side == "BUY" else None,
        data_age_seconds=Decimal(str((now - book.observed_at).total_seconds())),
    )


def _slippage(order: Order, market: Market, book: OrderBook) -> Decimal | None:
    """How far above the best ask the last level is that the order would take; None when it takes nothing."""
    match = match_market_buy(book, Usdc(order.amount), market.fees, order.slippage_max)
    if not match.taken or not book.best_ask:
        return None
    return match.taken[-1].price / book.best_ask - 1
