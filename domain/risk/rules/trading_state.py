"""The user's switch over everything: active, reducing (only exits), halted."""

from domain.risk.order_facts import OrderFacts
from domain.risk.trading_state import allows
from domain.risk.verdict import RiskVerdict

SENTENCES = {
    "active": "trading is active",
    "reducing": "trading is set to reducing: only what sells is allowed",
    "halted": "trading is halted until you reset it",
}


def check(facts: OrderFacts) -> RiskVerdict:
    return RiskVerdict(
        rule="trading_state",
        passed=allows(facts.trading_state, facts.side),
        limit="active" if facts.is_entry else "active or reducing",
        actual=facts.trading_state,
        sentence=SENTENCES[facts.trading_state],
    )
