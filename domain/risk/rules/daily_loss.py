"""After too large a loss of the day there are no entries until the next; exits go on."""

from decimal import Decimal

from domain.money import plain
from domain.risk.order_facts import DayLoss, OrderFacts
from domain.risk.verdict import RiskVerdict


def limit_of(day: DayLoss, ratio: Decimal) -> Decimal:
    """The loss in USDC at which a day ends."""
    return (day.capital * ratio).quantize(Decimal("0.01"))


def reached(day: DayLoss, ratio: Decimal) -> bool:
    return day.loss > 0 and day.loss >= limit_of(day, ratio)


def check(facts: OrderFacts) -> RiskVerdict | None:
    """Of the strategy and of the user: the verdict is about the one that is reached, else about the strategy."""
    if not facts.is_entry:
        return None
    of_user = reached(facts.user_day, facts.user_limits.daily_loss_ratio_max) and not reached(
        facts.strategy_day, facts.strategy_limits.daily_loss_ratio_max
    )
    day = facts.user_day if of_user else facts.strategy_day
    ratio = (facts.user_limits if of_user else facts.strategy_limits).daily_loss_ratio_max
    whose = "all strategies together" if of_user else "the strategy"
    return verdict(day, ratio, whose)


def verdict(day: DayLoss, ratio: Decimal, whose: str) -> RiskVerdict:
    loss, limit = max(day.loss, Decimal(0)).quantize(Decimal("0.01")), limit_of(day, ratio)
    over = reached(day, ratio)
    word = "reaches" if over else "is below"
    return RiskVerdict(
        rule="daily_loss",
        passed=not over,
        limit=f"{plain(limit)} USDC",
        actual=f"{plain(loss)} USDC",
        sentence=f"today's loss of {whose}, {plain(loss)} USDC, {word} the daily limit of {plain(limit)} USDC",
    )
