"""The user's switch over everything: active, reducing (only exits), halted (exits as the user chose)."""

from domain.risk.order_facts import OrderFacts
from domain.risk.trading_state import allows
from domain.risk.verdict import RiskVerdict

SENTENCES = {
    "active": "trading is active",
    "reducing": "trading is set to reducing: only what sells is allowed",
    "halted": "trading is halted until you reset it",
}


def check(facts: OrderFacts) -> RiskVerdict:
    sentence = SENTENCES[facts.trading_state]
    if facts.trading_state == "halted" and not facts.is_entry:
        word = "go on" if facts.halted_exits == "go_on" else "wait too"
        sentence = f"{sentence}; exits {word}"
    return RiskVerdict(
        rule="trading_state",
        passed=allows(facts.trading_state, facts.side, facts.halted_exits),
        limit="active" if facts.is_entry else "active, reducing, or halted with exits going on",
        actual=facts.trading_state,
        sentence=sentence,
    )
