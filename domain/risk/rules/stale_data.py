"""Entries only on a book that was read a moment ago."""

from decimal import Decimal

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, within


def check(facts: OrderFacts) -> RiskVerdict | None:
    age = facts.market.data_age_seconds
    if not facts.is_entry or age is None:
        return None
    limit = Decimal(facts.strategy_limits.data_age_max_seconds)
    rounded = max(age, Decimal(0)).quantize(Decimal("0.1"))
    return within("stale_data", rounded, limit, unit=" s", what="the age of the order book of")
