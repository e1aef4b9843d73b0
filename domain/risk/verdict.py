"""What one rule says about one order."""

from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, ConfigDict

from domain.money import plain


class RiskVerdict(BaseModel):
    """`limit` and `actual` are the numbers in words, None where the rule has none; `sentence` is for people."""

    model_config = ConfigDict(frozen=True)

    rule: str
    passed: bool
    limit: str | None = None
    actual: str | None = None
    sentence: str


def within(
    rule: str, actual: Decimal, limit: Decimal, *, unit: str, what: str, at_least: bool = False
) -> RiskVerdict:
    """Passed when `actual` is at most (`at_least`: at least) the limit."""
    passed = actual >= limit if at_least else actual <= limit
    word = ("reaches" if passed else "is below") if at_least else ("is within" if passed else "is above")
    return RiskVerdict(
        rule=rule,
        passed=passed,
        limit=f"{plain(limit)}{unit}",
        actual=f"{plain(actual)}{unit}",
        sentence=f"{what} {plain(actual)}{unit} {word} the limit of {plain(limit)}{unit}",
    )


def percent(ratio: Decimal) -> Decimal:
    """0.25 as 25, with two decimals at most."""
    return (ratio * 100).quantize(Decimal("0.01"))


def share_of(
    rule: str, actual: Decimal, capital: Decimal, ratio: Decimal, *, what: str, whole: str
) -> RiskVerdict:
    """Passed when `actual` USDC are at most `ratio` of `capital`."""
    limit = (capital * ratio).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    passed = actual <= limit
    word = "is within" if passed else "is above"
    return RiskVerdict(
        rule=rule,
        passed=passed,
        limit=f"{plain(limit)} USDC",
        actual=f"{plain(actual)} USDC",
        sentence=f"{plain(actual)} USDC {what} {word} the limit of {plain(limit)} USDC, "
        f"{plain(percent(ratio))} % of {whole}",
    )
