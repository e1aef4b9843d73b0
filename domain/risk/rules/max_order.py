"""The largest single entry."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, within


def check(facts: OrderFacts) -> RiskVerdict | None:
    limit = facts.strategy_limits.order_amount_max
    if not facts.is_entry or limit is None:
        return None
    return within("max_order", facts.amount, limit, unit=" USDC", what="the order of")
