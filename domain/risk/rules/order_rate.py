"""A strategy that goes wild is slowed down."""

from decimal import Decimal

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, within


def check(facts: OrderFacts) -> RiskVerdict | None:
    if not facts.is_entry:
        return None
    limit = Decimal(facts.strategy_limits.orders_per_minute_max)
    count = Decimal(facts.recent_orders + 1)
    return within("order_rate", count, limit, unit=" orders", what="within one minute")
