"""How much of a strategy's capital may be in one outcome."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, share_of


def check(facts: OrderFacts) -> RiskVerdict | None:
    if not facts.is_entry:
        return None
    return share_of(
        "max_position",
        facts.exposure.outcome + facts.needed,
        facts.totals.capital,
        facts.strategy_limits.position_ratio_max,
        what="the position",
        whole="the strategy's capital",
    )
