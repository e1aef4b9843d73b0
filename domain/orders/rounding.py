"""How the exchange rounds orders: sizes to hundredths of a share, prices to the market's tick, dollars to cents."""

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from domain.money import Price, Shares, Usdc

CENT = Decimal("0.01")
SIZE_STEP = Decimal("0.01")
"""The smallest number of shares that can be ordered, and the step of sizes."""
SHARE_UNIT = Decimal("0.0001")
"""What a market order gets may have four decimals of shares."""


def dollars(amount: Decimal) -> Usdc:
    """Dollars of a market BUY, cut to cents."""
    return Usdc(amount.quantize(CENT, rounding=ROUND_DOWN))


def size(shares: Decimal) -> Shares:
    """Shares of a limit order or a market SELL, cut to two decimals."""
    return Shares(shares.quantize(SIZE_STEP, rounding=ROUND_DOWN))


def limit_size(amount: Usdc, limit: Price) -> Shares:
    """Shares that a limit BUY for `amount` orders."""
    return size(amount / limit)


def price_at_most(price: Decimal, tick: Decimal) -> Price:
    """On a tick, not above: the limit of a BUY."""
    return Price((price / tick).to_integral_value(rounding=ROUND_DOWN) * tick)


def price_at_least(price: Decimal, tick: Decimal) -> Price:
    """On a tick, not below: the limit or the floor of a SELL."""
    return Price((price / tick).to_integral_value(rounding=ROUND_UP) * tick)


def on_tick(price: Decimal, tick: Decimal) -> bool:
    return price % tick == 0


def inside_ticks(price: Decimal, tick: Decimal) -> bool:
    """The exchange takes prices from one tick to one minus a tick."""
    return tick <= price <= 1 - tick
