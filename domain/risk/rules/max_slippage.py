"""No entry that the book would fill far above its best ask."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, percent, within


def check(facts: OrderFacts) -> RiskVerdict | None:
    slippage = facts.market.slippage
    if not facts.is_entry or slippage is None:
        return None
    limit = percent(facts.strategy_limits.slippage_ratio_max)
    what = "the order would pay above the best ask by"
    return within("max_slippage", percent(slippage), limit, unit=" %", what=what)
