"""The venue takes limit prices from one tick to one minus a tick."""

from domain.money import plain
from domain.orders.rounding import inside_ticks
from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict | None:
    price, tick = facts.limit_price, facts.market.tick_size
    if facts.order_type != "limit" or price is None or tick is None:
        return None
    passed = inside_ticks(price, tick)
    word = "inside" if passed else "outside"
    span = f"{plain(tick)} to {plain(1 - tick)}"
    return RiskVerdict(
        rule="limit_price",
        passed=passed,
        limit=span,
        actual=plain(price),
        sentence=f"the limit of {plain(price)}, on a tick, is {word} what the market takes, {span}",
    )
