"""How much may be in one market, both outcomes together: of the strategy's capital, and of the account."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, share_of


def check(facts: OrderFacts) -> RiskVerdict | None:
    """The verdict is about the strategy unless only the user's limit says no."""
    if not facts.is_entry:
        return None
    own = share_of(
        "market_exposure",
        facts.exposure.market + facts.needed,
        facts.totals.capital,
        facts.strategy_limits.market_ratio_max,
        what="in this market",
        whole="the strategy's capital",
    )
    users = share_of(
        "market_exposure",
        facts.exposure.user_market + facts.needed,
        facts.account_capital,
        facts.user_limits.market_ratio_max,
        what="of all strategies in this market",
        whole="the account",
    )
    return own if users.passed else users if own.passed else own
