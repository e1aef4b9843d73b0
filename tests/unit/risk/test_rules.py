"""Every rule: what it lets through, what it denies, and that it says so with its numbers."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.money import Price, Shares, Usdc
from domain.portfolio.ledger import Totals
from domain.risk.check_order import MODULES, check_order, first_denial
from domain.risk.limits import StrategyLimits, UserLimits
from domain.risk.order_facts import DayLoss, Exposure, MarketFacts, OrderFacts

ROOT = Path(__file__).resolve().parents[3]


def usdc(text: str) -> Usdc:
    return Usdc(Decimal(text))


def facts(**changes: Any) -> OrderFacts:
    """An entry of 100 USDC that nothing speaks against."""
    usual: dict[str, Any] = {
        "side": "BUY",
        "amount": usdc("100"),
        "needed": usdc("104"),
        "shares": None,
        "age_seconds": 1,
        "valid_for_seconds": 120,
        "market": MarketFacts(
            known=True,
            tradable=True,
            best_price=Price(Decimal("0.4")),
            slippage=Decimal("0.01"),
            data_age_seconds=Decimal("0.5"),
        ),
        "trading_state": "active",
        "totals": Totals(allocated=usdc("500"), available=usdc("500")),
        "account_cash": usdc("9500"),
        "account_capital": usdc("10000"),
        "account_deployed": usdc("0"),
        "exposure": Exposure(),
        "recent_orders": 0,
        "strategy_day": DayLoss(loss=usdc("0"), capital=usdc("500")),
        "user_day": DayLoss(loss=usdc("0"), capital=usdc("10000")),
        "shares_free": None,
        "strategy_limits": StrategyLimits(),
        "user_limits": UserLimits(),
    }
    return OrderFacts(**(usual | changes))


def market(**changes: Any) -> MarketFacts:
    return facts().market.model_copy(update=changes)


def limits(**changes: Any) -> StrategyLimits:
    return StrategyLimits(**changes)


def of_user(**changes: Any) -> UserLimits:
    return UserLimits(**changes)


def limit_order(
    *, price: str = "0.4", shares: str = "250", amount: str = "100", tick: str = "0.01", crosses: bool = False
) -> dict[str, Any]:
    return {
        "order_type": "limit",
        "limit_price": Price(Decimal(price)),
        "shares": Shares(Decimal(shares)),
        "amount": usdc(amount),
        "market": market(
            best_price=Price(Decimal(price)),
            tick_size=Decimal(tick),
            min_order_size=Shares(Decimal(5)),
            crosses=crosses,
        ),
    }


DENIED: list[tuple[str, dict[str, Any]]] = [
    ("expired", {"age_seconds": 121}),
    ("trading_state", {"trading_state": "halted"}),
    ("trading_state", {"trading_state": "reducing"}),
    ("market_open", {"market": MarketFacts(known=False, tradable=False)}),
    ("market_open", {"market": market(tradable=False)}),
    ("order_min", {"amount": usdc("0.99"), "needed": usdc("1.02")}),
    ("order_min", limit_order(shares="4.99")),
    ("order_min", limit_order(shares="5", price="0.19", amount="0.95", crosses=True)),
    ("limit_price", limit_order(price="0.995")),
    ("limit_price", limit_order(price="0", shares="0", amount="0")),
    ("price_band", limit_order(price="0.995", tick="0.001")),
    ("stale_data", {"market": market(data_age_seconds=Decimal("30.1"))}),
    ("price_band", {"market": market(best_price=Price(Decimal("0.995")))}),
    ("price_band", {"market": market(best_price=Price(Decimal("0.005")))}),
    ("max_slippage", {"market": market(slippage=Decimal("0.1001"))}),
    ("max_order", {"strategy_limits": limits(order_amount_max=Decimal("99.99"))}),
    ("order_rate", {"recent_orders": 30}),
    ("daily_loss", {"strategy_day": DayLoss(loss=usdc("100"), capital=usdc("500"))}),
    ("daily_loss", {"user_day": DayLoss(loss=usdc("1000"), capital=usdc("10000"))}),
    ("shortfall", {"totals": Totals(allocated=usdc("500"), available=usdc("501"), shortfall=usdc("1"))}),
    ("allocation", {"needed": usdc("500.000001")}),
    ("balance", {"account_deployed": usdc("9896.5")}),
    (
        "max_position",
        {
            "exposure": Exposure(outcome=usdc("21.01")),
            "strategy_limits": limits(position_ratio_max=Decimal("0.25")),
        },
    ),
    (
        "market_exposure",
        {
            "exposure": Exposure(market=usdc("46.01")),
            "strategy_limits": limits(market_ratio_max=Decimal("0.3")),
        },
    ),
    ("market_exposure", {"exposure": Exposure(user_market=usdc("4896.01"))}),
    (
        "event_exposure",
        {
            "exposure": Exposure(event=usdc("46.01")),
            "strategy_limits": limits(event_ratio_max=Decimal("0.3")),
        },
    ),
    ("event_exposure", {"exposure": Exposure(user_event=usdc("4896.01"))}),
    (
        "portfolio_exposure",
        {
            "exposure": Exposure(user_total=usdc("4896.01")),
            "user_limits": of_user(exposure_ratio_max=Decimal("0.5")),
        },
    ),
]

JUST_ALLOWED: list[dict[str, Any]] = [
    {"age_seconds": 120},
    {"amount": usdc("1"), "needed": usdc("1.04")},
    {"market": market(data_age_seconds=Decimal(30))},
    {"market": market(best_price=Price(Decimal("0.99")))},
    {"market": market(best_price=Price(Decimal("0.01")))},
    {"market": market(best_price=None, slippage=None)},
    {"market": market(slippage=Decimal("0.1"))},
    {"strategy_limits": limits(order_amount_max=Decimal(100))},
    {"recent_orders": 29},
    {"strategy_day": DayLoss(loss=usdc("99.99"), capital=usdc("500"))},
    {"strategy_day": DayLoss(loss=usdc("-400"), capital=usdc("500"))},
    {"needed": usdc("500")},
    {"account_deployed": usdc("9896")},
    {"exposure": Exposure(outcome=usdc("21")), "strategy_limits": limits(position_ratio_max=Decimal("0.25"))},
    {"exposure": Exposure(user_event=usdc("4896"), user_market=usdc("4896"))},
]


def test_an_order_that_nothing_speaks_against_passes_every_rule() -> None:
    verdicts = check_order(facts())
    assert first_denial(verdicts) is None
    assert len(verdicts) == len(MODULES) - 4, (
        "no sale, no limit, no shortfall, no largest order: four have nothing to say"
    )


@pytest.mark.parametrize(("rule", "changes"), DENIED)
def test_a_rule_denies_and_says_why(rule: str, changes: dict[str, Any]) -> None:
    denied = [verdict for verdict in check_order(facts(**changes)) if not verdict.passed]
    assert rule in {verdict.rule for verdict in denied}
    verdict = next(verdict for verdict in denied if verdict.rule == rule)
    assert verdict.sentence
    if rule not in ("market_open",):
        assert verdict.limit is not None
        assert verdict.actual is not None
        assert verdict.actual.split()[0] in verdict.sentence


@pytest.mark.parametrize("changes", JUST_ALLOWED)
def test_exactly_at_the_limit_is_allowed(changes: dict[str, Any]) -> None:
    assert first_denial(check_order(facts(**changes))) is None


def exit_facts(**changes: Any) -> OrderFacts:
    usual: dict[str, Any] = {
        "side": "SELL",
        "amount": usdc("40"),
        "needed": usdc("0"),
        "shares": Shares(Decimal(100)),
        "shares_free": Shares(Decimal(100)),
    }
    return facts(**(usual | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"trading_state": "reducing"},
        {"trading_state": "halted"},
        {"strategy_day": DayLoss(loss=usdc("400"), capital=usdc("500"))},
        {"totals": Totals(allocated=usdc("500"), deployed=usdc("501"), shortfall=usdc("1"))},
        {"market": market(best_price=Price(Decimal("0.001")), data_age_seconds=Decimal(300))},
        {"recent_orders": 1000},
    ],
)
def test_an_exit_is_allowed_when_entries_are_not(changes: dict[str, Any]) -> None:
    assert first_denial(check_order(exit_facts(**changes))) is None


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("shares_held", {"shares_free": Shares(Decimal("99.99"))}),
        ("shares_held", {"shares_free": None}),
        ("trading_state", {"trading_state": "halted", "halted_exits": "stop"}),
        ("market_open", {"market": market(tradable=False)}),
    ],
)
def test_an_exit_is_denied_without_shares_market_or_trading(rule: str, changes: dict[str, Any]) -> None:
    denial = first_denial(check_order(exit_facts(**changes)))
    assert denial is not None
    assert denial.rule == rule


def test_every_rule_is_a_file_that_is_asked_and_documented() -> None:
    folder = ROOT / "domain" / "risk" / "rules"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == {module.__name__.rsplit(".", 1)[-1] for module in MODULES}
    documented = (ROOT / "docs" / "money.md").read_text()
    assert [name for name in sorted(files) if f"`{name}`" not in documented] == []
