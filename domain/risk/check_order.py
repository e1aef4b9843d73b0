"""All rules over one order, in the order in which people are told. Pure: the same facts give the same verdicts."""

from collections.abc import Callable
from types import ModuleType

from domain.risk.order_facts import OrderFacts
from domain.risk.rules import (
    allocation,
    balance,
    daily_loss,
    event_exposure,
    expired,
    limit_price,
    market_exposure,
    market_open,
    max_order,
    max_position,
    max_slippage,
    order_min,
    order_rate,
    portfolio_exposure,
    price_band,
    shares_held,
    shortfall,
    stale_data,
    trading_state,
)
from domain.risk.verdict import RiskVerdict

Rule = Callable[[OrderFacts], RiskVerdict | None]

MODULES: tuple[ModuleType, ...] = (
    expired,
    trading_state,
    market_open,
    limit_price,
    order_min,
    stale_data,
    price_band,
    max_slippage,
    max_order,
    order_rate,
    daily_loss,
    shortfall,
    shares_held,
    allocation,
    balance,
    max_position,
    market_exposure,
    event_exposure,
    portfolio_exposure,
)
RULES: tuple[Rule, ...] = tuple(module.check for module in MODULES)


def check_order(facts: OrderFacts) -> tuple[RiskVerdict, ...]:
    """The verdict of every rule that applies; the order may go on when all passed."""
    return tuple(verdict for rule in RULES if (verdict := rule(facts)) is not None)


def first_denial(verdicts: tuple[RiskVerdict, ...]) -> RiskVerdict | None:
    return next((verdict for verdict in verdicts if not verdict.passed), None)
