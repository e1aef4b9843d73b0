"""A strategy spends only what it was given: the amount and the highest possible fee."""

from domain.money import plain
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    if not facts.is_entry:
        return None
    available = facts.totals.available
    passed = facts.needed <= available
    but = "and" if passed else "but only"
    return RiskVerdict(
        rule="allocation",
        passed=passed,
        limit=f"{plain(available)} USDC",
        actual=f"{plain(facts.needed)} USDC",
        sentence=f"needs {plain(facts.needed)} USDC with the highest possible fee, {but} {plain(available)} USDC "
        "of the allocation is available",
    )
