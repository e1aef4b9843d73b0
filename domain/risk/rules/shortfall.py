"""What the venue took beyond a reservation is covered before anything new is bought."""

from domain.money import plain
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    missing = facts.totals.shortfall
    if not facts.is_entry or missing == 0:
        return None
    return RiskVerdict(
        rule="shortfall",
        passed=False,
        limit="0 USDC",
        actual=f"{plain(missing)} USDC",
        sentence=f"{plain(missing)} USDC that the venue took beyond the reservation are not covered yet",
    )
