"""The venue refuses marketable orders below a dollar."""

from decimal import Decimal

from domain.money import plain
from domain.orders.match_order import MARKETABLE_MIN
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    if not facts.is_entry:
        return None
    passed = facts.amount >= MARKETABLE_MIN
    word = "reaches" if passed else "is below"
    return RiskVerdict(
        rule="order_min",
        passed=passed,
        limit=f"{plain(MARKETABLE_MIN)} USDC",
        actual=f"{plain(Decimal(facts.amount))} USDC",
        sentence=f"{plain(Decimal(facts.amount))} USDC {word} the venue's minimum of {plain(MARKETABLE_MIN)} USDC",
    )
