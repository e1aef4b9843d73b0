"""The account itself must hold the money, whatever the allocations say."""

from decimal import Decimal

from domain.money import plain
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    if not facts.is_entry:
        return None
    free = Decimal(facts.account_capital - facts.account_deployed)
    return RiskVerdict(
        rule="balance",
        passed=facts.needed <= free,
        limit=f"{plain(free)} USDC",
        actual=f"{plain(facts.needed)} USDC",
        sentence=f"needs {plain(facts.needed)} USDC; the account has {plain(free)} USDC that is neither in positions "
        "nor set aside",
    )
