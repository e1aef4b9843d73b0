"""What the venue says about an order's market before its transaction begins: nothing is asked under locks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from db.models import Order
from db.repositories.accounts import Owner
from db.repositories.day_openings import Bids
from db.repositories.open_positions import shares_of
from db.session import Database
from domain.market.market import Market
from domain.market.order_book import OrderBook
from domain.money import USDC_STEP, Price, Shares, Usdc, cost_of
from domain.orders import rounding
from domain.orders.match_order import fee_reserve, limit_reserve, match_limit_buy, match_market_buy
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
    """Best bid of every outcome that the user holds; none for a sale, which does not ask how the day went."""


async def look_at_market(database: Database, markets: MarketData, order: Order) -> MarketSeen:
    """Raises MarketDataUnavailable while the venue does not answer."""
    answer = await markets.markets_by_id((order.market_id,))
    books = await markets.books((order.token_id,), BOOK_AGE_MAX)
    found = books.get(order.token_id)
    return MarketSeen(
        market=answer.markets[0] if answer.markets else None,
        book=found.book if found is not None else None,
        bids=await bids_of(database, markets, Owner(order.user_id, order.mode))
        if order.side == "BUY"
        else {},
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
    """Needs an order that was made to fit (`fit_order`)."""
    if seen.market is None:
        return MarketFacts(known=False, tradable=False)
    book = seen.book
    if book is None:
        return MarketFacts(known=True, tradable=seen.market.tradable)
    best = book.best_ask if order.side == "BUY" else book.best_bid
    return MarketFacts(
        known=True,
        tradable=seen.market.tradable,
        best_price=best_price(order, best),
        slippage=_slippage(order, seen.market, book) if order.side == "BUY" else None,
        data_age_seconds=Decimal(str((now - book.observed_at).total_seconds())),
        tick_size=book.tick_size,
        min_order_size=Shares(max(seen.market.min_order_size, book.min_order_size)),
        crosses=_crosses(order, best),
    )


def best_price(order: Order, best: Price | None) -> Price | None:
    """The best it could trade at: a limit order to buy pays its limit at most."""
    if order.order_type != "limit" or order.side == "SELL" or order.limit_price is None:
        return best
    return Price(order.limit_price if best is None else min(best, order.limit_price))


def _crosses(order: Order, best: Price | None) -> bool:
    if order.order_type != "limit" or order.limit_price is None or best is None:
        return False
    return order.limit_price >= best if order.side == "BUY" else order.limit_price <= best


def _slippage(order: Order, market: Market, book: OrderBook) -> Decimal | None:
    """How far above the best ask the last level is that the order would take; None when it takes nothing."""
    if order.order_type == "limit":
        limit, shares = Price(order.limit_price or Decimal(0)), Shares(order.shares or Decimal(0))
        match = match_limit_buy(book, shares, limit, market.fees)
    else:
        match = match_market_buy(book, Usdc(order.amount), market.fees, order.slippage_max)
    if not match.taken or not book.best_ask:
        return None
    return match.taken[-1].price / book.best_ask - 1


def fit_order(order: Order, seen: MarketSeen, capital: Usdc) -> None:
    """What is known only now: so much of the capital in dollars, the limit on a tick, and how many shares that is.

    A limit moves to the tick that is no worse for whoever set it.
    """
    if order.side == "BUY" and order.amount_ratio is not None:
        order.amount = rounding.dollars(max(capital * order.amount_ratio, Decimal(0)))
    if order.order_type != "limit" or order.limit_price is None or seen.market is None:
        return
    tick = seen.book.tick_size if seen.book is not None else seen.market.tick_size
    cut = rounding.price_at_most if order.side == "BUY" else rounding.price_at_least
    order.limit_price = cut(order.limit_price, tick)
    if order.side == "BUY":
        price = Price(order.limit_price)
        order.shares = rounding.limit_size(Usdc(order.amount), price) if price > 0 else Decimal(0)


def amounts_of(order: Order, seen: MarketSeen) -> tuple[Usdc, Usdc]:
    """What the order is about in USDC, and what must be set aside for it."""
    if order.side == "SELL":
        bid = seen.book.best_bid if seen.book is not None else None
        worth = (Decimal(order.shares or 0) * (bid or Decimal(0))).quantize(USDC_STEP, rounding=ROUND_DOWN)
        return Usdc(worth), Usdc(Decimal(0))
    if seen.market is None:
        return Usdc(order.amount), Usdc(order.amount)
    if order.order_type == "limit":
        limit, shares = Price(order.limit_price or Decimal(0)), Shares(order.shares or Decimal(0))
        return cost_of(limit, shares), limit_reserve(shares, limit, seen.market.fees)
    fee = fee_reserve(Usdc(order.amount), seen.market.fees, seen.market.tick_size)
    return Usdc(order.amount), Usdc(order.amount + fee)
