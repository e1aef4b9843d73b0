"""Only markets that accept orders now."""

from domain.risk.order_facts import OrderFacts
from domain.risk.verdict import RiskVerdict


def check(facts: OrderFacts) -> RiskVerdict:
    if not facts.market.known:
        sentence = "the venue does not know this market any more"
    elif not facts.market.tradable:
        sentence = "the market is closed or does not accept orders"
    else:
        sentence = "the market accepts orders"
    passed = facts.market.known and facts.market.tradable
    return RiskVerdict(rule="market_open", passed=passed, sentence=sentence)
