"""How much may be in the markets of one event: their outcomes hang together."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict, share_of


def check(facts: OrderFacts) -> RiskVerdict | None:
    """The verdict is about the strategy unless only the user's limit says no."""
    if not facts.is_entry:
        return None
    own = share_of(
        "event_exposure",
        facts.exposure.event + facts.needed,
        facts.totals.capital,
        facts.strategy_limits.event_ratio_max,
        what="in this event",
        whole="the strategy's capital",
    )
    users = share_of(
        "event_exposure",
        facts.exposure.user_event + facts.needed,
        facts.account_capital,
        facts.user_limits.event_ratio_max,
        what="of all strategies in this event",
        whole="the account",
    )
    return own if users.passed else users if own.passed else own
