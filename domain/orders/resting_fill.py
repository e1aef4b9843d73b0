"""What a resting order gets as a fill: its own price, and no fee."""

from decimal import Decimal

from domain.money import Shares, Usdc, cost_of, proceeds_of
from domain.orders.resting import Resting
from domain.orders.venue_order import VenueFill


def resting_fill(resting: Resting, shares: Shares) -> VenueFill:
    """Makers pay no fee."""
    rounded = cost_of if resting.side == "BUY" else proceeds_of
    amount = rounded(resting.price, shares)
    return VenueFill(trade_id=None, price=resting.price, shares=shares, amount=amount, fee=Usdc(Decimal(0)))
