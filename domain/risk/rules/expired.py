"""An order decided on too long ago would trade on a price nobody looked at."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict:
    return verdict(facts.age_seconds, facts.valid_for_seconds)


def verdict(age_seconds: int, valid_for_seconds: int) -> RiskVerdict:
    passed = age_seconds <= valid_for_seconds
    word = "not more than" if passed else "more than"
    return RiskVerdict(
        rule="expired",
        passed=passed,
        limit=f"{valid_for_seconds} s",
        actual=f"{age_seconds} s",
        sentence=f"it was decided {age_seconds} s ago, {word} {valid_for_seconds} s",
    )
