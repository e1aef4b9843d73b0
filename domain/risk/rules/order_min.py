"""The venue refuses marketable buys below a dollar, and limit orders below a number of shares."""

from decimal import Decimal

from domain.money import plain
from domain.orders.match_order import MARKETABLE_MIN
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    """A limit order is judged by its dollars only where its shares are enough."""
    if facts.order_type == "limit":
        of_shares = _minimum(Decimal(facts.shares or 0), facts.market.min_order_size or Decimal(0), "shares")
        if not of_shares.passed or not facts.is_entry or not facts.market.crosses:
            return of_shares
    elif not facts.is_entry:
        return None
    return _minimum(Decimal(facts.amount), MARKETABLE_MIN, "USDC")


def _minimum(actual: Decimal, least: Decimal, unit: str) -> RiskVerdict:
    passed = actual >= least
    word = "reaches" if passed else "is below"
    return RiskVerdict(
        rule="order_min",
        passed=passed,
        limit=f"{plain(least)} {unit}",
        actual=f"{plain(actual)} {unit}",
        sentence=f"{plain(actual)} {unit} {word} the venue's minimum of {plain(least)} {unit}",
    )
