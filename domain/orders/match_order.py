"""What a market order takes from a real order book: level by level, at the book's prices, fees on top."""

from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, ConfigDict

from domain.market.fees import FeeSchedule, taker_fee
from domain.market.order_book import OrderBook
from domain.money import Price, Shares, Usdc, cost_of

CENT = Decimal("0.01")
SHARE_UNIT = Decimal("0.0001")
"""The exchange takes at most four decimals of shares in a market order."""
TICK_MIN = Decimal("0.0001")
"""The finest tick a market can have."""
MARKETABLE_MIN = Usdc(Decimal(1))
"""The exchange refuses marketable buys below one dollar."""


class Taken(BaseModel):
    """What was taken from one level."""

    model_config = ConfigDict(frozen=True)

    price: Price
    shares: Shares
    cost: Usdc
    fee: Usdc


class Match(BaseModel):
    """All that was taken. `complete`: nothing of the amount was left that could have bought another unit."""

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


def worst_price(best_ask: Price, tick_size: Decimal, slippage_max: Decimal | None) -> Price:
    """The highest price a market buy may pay: slippage above the best ask, cut to a tick, never above 1 − tick."""
    highest = 1 - tick_size
    if slippage_max is None:
        return Price(highest)
    limit = (best_ask * (1 + slippage_max) / tick_size).to_integral_value(rounding=ROUND_DOWN) * tick_size
    return Price(max(best_ask, min(limit, highest)))


def match_market_buy(
    book: OrderBook, amount: Usdc, fees: FeeSchedule, slippage_max: Decimal | None = None
) -> Match:
    """Spends at most `amount` (before fees, cut to cents) on the asks: fill what is there, kill the rest (FAK)."""
    left = amount.quantize(CENT, rounding=ROUND_DOWN)
    taken: list[Taken] = []
    if book.best_ask is None:
        return Match(taken=(), complete=False)
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
