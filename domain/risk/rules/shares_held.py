"""Nobody sells what is not held, or is offered already."""

from decimal import Decimal

from domain.money import plain
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    if facts.is_entry:
        return None
    wanted, free = Decimal(facts.shares or 0), Decimal(facts.shares_free or 0)
    passed = 0 < wanted <= free
    return RiskVerdict(
        rule="shares_held",
        passed=passed,
        limit=f"{plain(free)} shares",
        actual=f"{plain(wanted)} shares",
        sentence=f"{plain(wanted)} shares to sell, {plain(free)} are held and not offered yet",
    )
