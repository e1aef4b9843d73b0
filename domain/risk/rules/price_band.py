"""Entries only between two prices: near 0 and 1 there is little to win and a gap to lose."""

from domain.money import plain
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    price = facts.market.best_price
    if not facts.is_entry or price is None:
        return None
    low, high = facts.strategy_limits.price_min, facts.strategy_limits.price_max
    passed = low <= price <= high
    what = "price" if facts.order_type == "limit" else "best ask"
    word = "inside" if passed else "outside"
    return RiskVerdict(
        rule="price_band",
        passed=passed,
        limit=f"{plain(low)} to {plain(high)}",
        actual=plain(price),
        sentence=f"the {what} of {plain(price)} is {word} the band from {plain(low)} to {plain(high)}",
    )
