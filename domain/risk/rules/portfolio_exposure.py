"""How much of the account may be in positions and orders at all."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, share_of


def check(facts: OrderFacts) -> RiskVerdict | None:
    if not facts.is_entry:
        return None
    return share_of(
        "portfolio_exposure",
        facts.exposure.user_total + facts.needed,
        facts.account_capital,
        facts.user_limits.exposure_ratio_max,
        what="of all strategies in positions and orders",
        whole="the account",
    )
