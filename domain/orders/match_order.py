"""What an order takes from a real order book on arrival: level by level, at the book's prices, never more than is there."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, ConfigDict

from domain.market.fees import FeeSchedule, taker_fee
from domain.market.order_book import Level, OrderBook
from domain.money import Price, Shares, Usdc, cost_of, proceeds_of
from domain.orders import rounding
from domain.orders.rounding import SHARE_UNIT

TICK_MIN = Decimal("0.0001")
"""The finest tick a market can have."""
ROUNDING_RESERVE = Decimal("0.0001")
MARKETABLE_MIN = Usdc(Decimal(1))
"""The exchange refuses marketable buys below one dollar."""


class Taken(BaseModel):
    """What was taken from one level. `cost`: dollars paid or received, before the fee."""

    model_config = ConfigDict(frozen=True)

    price: Price
    shares: Shares
    cost: Usdc
    fee: Usdc


class Match(BaseModel):
    """All that was taken. `complete`: nothing was left that could have bought or sold another unit."""

    model_config = ConfigDict(frozen=True)

    taken: tuple[Taken, ...]
    complete: bool

    @property
    def shares(self) -> Shares:
        return Shares(sum((part.shares for part in self.taken), Decimal(0)))

    @property
    def cost(self) -> Usdc:
        return Usdc(sum((part.cost for part in self.taken), Decimal(0)))

    @property
    def fee(self) -> Usdc:
        return Usdc(sum((part.fee for part in self.taken), Decimal(0)))

    def or_nothing(self) -> "Match":
        """Fill or kill: an order that the book cannot fill completely takes nothing."""
        return self if self.complete else NOTHING


NOTHING = Match(taken=(), complete=False)


def worst_price(best_ask: Price, tick_size: Decimal, slippage_max: Decimal | None) -> Price:
    """The highest price a market buy may pay: slippage above the best ask, cut to a tick, never above 1 − tick."""
    highest = 1 - tick_size
    if slippage_max is None:
        return Price(highest)
    limit = (best_ask * (1 + slippage_max) / tick_size).to_integral_value(rounding=ROUND_DOWN) * tick_size
    return Price(max(best_ask, min(limit, highest)))


def lowest_price(
    best_bid: Price, tick_size: Decimal, slippage_max: Decimal | None, price_floor: Price | None
) -> Price:
    """The lowest price a market sell may take: slippage below the best bid, raised to a tick, and never below the floor."""
    lowest = Decimal(tick_size)
    if slippage_max is not None:
        lowest = max(rounding.price_at_least(best_bid * (1 - slippage_max), tick_size), lowest)
    worst = min(best_bid, lowest)
    return Price(max(worst, price_floor) if price_floor is not None else worst)


def match_market_buy(
    book: OrderBook, amount: Usdc, fees: FeeSchedule, slippage_max: Decimal | None = None
) -> Match:
    """Spends at most `amount` (before fees, cut to cents) on the asks: fill what is there, kill the rest (FAK)."""
    left = Decimal(rounding.dollars(amount))
    taken: list[Taken] = []
    if book.best_ask is None:
        return NOTHING
    limit = worst_price(book.best_ask, book.tick_size, slippage_max)
    for level in book.asks:
        if level.price > limit:
            return Match(taken=tuple(taken), complete=False)
        affordable = (left / level.price).quantize(SHARE_UNIT, rounding=ROUND_DOWN)
        shares = Shares(min(level.size, affordable))
        if shares > 0:
            cost = cost_of(level.price, shares)
            taken.append(
                Taken(price=level.price, shares=shares, cost=cost, fee=taker_fee(shares, level.price, fees))
            )
            left -= cost
        if affordable <= level.size:
            return Match(taken=tuple(taken), complete=True)
    return Match(taken=tuple(taken), complete=False)


def match_market_sell(
    book: OrderBook,
    shares: Shares,
    fees: FeeSchedule,
    slippage_max: Decimal | None = None,
    price_floor: Price | None = None,
) -> Match:
    """Sells at most `shares` (cut to hundredths) to the bids; the fee comes out of the proceeds. FAK."""
    if book.best_bid is None:
        return NOTHING
    worst = lowest_price(book.best_bid, book.tick_size, slippage_max, price_floor)
    return _sell((level for level in book.bids if level.price >= worst), rounding.size(shares), fees)


def match_limit_buy(book: OrderBook, shares: Shares, limit: Price, fees: FeeSchedule) -> Match:
    """What a limit order to buy takes when it arrives; it is complete when nothing is left to rest."""
    left = Decimal(rounding.size(shares))
    taken: list[Taken] = []
    for level in book.asks:
        if level.price > limit or left == 0:
            break
        got = Shares(min(level.size, left))
        if got > 0:
            fee = taker_fee(got, level.price, fees)
            taken.append(Taken(price=level.price, shares=got, cost=cost_of(level.price, got), fee=fee))
            left -= got
    return Match(taken=tuple(taken), complete=left == 0)


def match_limit_sell(book: OrderBook, shares: Shares, limit: Price, fees: FeeSchedule) -> Match:
    """What a limit order to sell takes when it arrives."""
    return _sell((level for level in book.bids if level.price >= limit), rounding.size(shares), fees)


def _sell(bids: Iterable[Level], shares: Shares, fees: FeeSchedule) -> Match:
    left = Decimal(shares)
    taken: list[Taken] = []
    for level in bids:
        if left == 0:
            break
        given = Shares(min(level.size, left))
        if given > 0:
            fee = taker_fee(given, level.price, fees)
            brought = proceeds_of(level.price, given)
            taken.append(Taken(price=level.price, shares=given, cost=brought, fee=fee))
            left -= given
    return Match(taken=tuple(taken), complete=left == 0)


def fee_reserve(amount: Usdc, fees: FeeSchedule, tick_size: Decimal) -> Usdc:
    """The highest fee buying for `amount` can cost: a better price can raise the fee in dollars.

    The book may have a finer tick by then than the market has now, so every price a market can have counts.
    Per dollar the fee is rate × p^(e−1) × (1−p)^e; over [least tick, 1 − least tick] it is highest at one of three prices.
    """
    turning = Decimal(fees.exponent - 1) / Decimal(2 * fees.exponent - 1)
    least = min(tick_size, TICK_MIN)
    candidates = (least, min(max(turning, least), 1 - least), 1 - least)
    per_dollar = max(p ** (fees.exponent - 1) * (1 - p) ** fees.exponent for p in candidates)
    return cost_of(Price(fees.rate * per_dollar), Shares(amount))


def limit_reserve(shares: Shares, limit: Price, fees: FeeSchedule) -> Usdc:
    """What a limit BUY can cost at most: all shares at the limit, and the highest fee that any price up to it can have.

    Each level that is taken rounds its cost up to a millionth: for that a hundredth of a cent is set aside.
    """
    dearest = Price(min(limit, Decimal("0.5")))
    return Usdc(cost_of(limit, shares) + taker_fee(shares, dearest, fees) + ROUNDING_RESERVE)
