"""An order decided on too long ago would trade on a price nobody looked at."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict:
    passed = facts.age_seconds <= facts.valid_for_seconds
    word = "not" if passed else "which is"
    return RiskVerdict(
        rule="expired",
        passed=passed,
        limit=f"{facts.valid_for_seconds} s",
        actual=f"{facts.age_seconds} s",
        sentence=f"it was decided {facts.age_seconds} s ago, {word} more than {facts.valid_for_seconds} s",
    )
