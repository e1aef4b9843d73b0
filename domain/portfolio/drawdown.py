"""Maximum drawdown, carried along the equity curve point by point, so that thinning old points never lowers it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from domain.money import Usdc
from domain.portfolio.ledger import ZERO

INDEX_STEP = Decimal("0.000000000001")
INDEX_MAX = Decimal(10) ** 11
"""As far as its column goes; only what began with next to nothing grows so much."""
ONE = Decimal(1)


class Worth(NamedTuple):
    """Equity at a moment, and the net capital given until then."""

    equity: Usdc
    given: Usdc


class Drawdown(BaseModel):
    """Where the curve stands. Capital given or taken back is neither gain nor loss, in dollars and in ratio.

    `index` is the worth of one dollar that was there from the first point on: each step multiplies it by what was
    gained, divided by the equity before and what was given since.
    """

    model_config = ConfigDict(frozen=True)

    last: Worth
    pnl_peak: Usdc
    amount_max: Usdc = ZERO
    """Deepest fall of the profit below its highest before, in USDC; 0 or more."""
    index: Decimal = ONE
    index_peak: Decimal = ONE
    ratio_max: Decimal = Decimal(0)
    """Deepest fall of the index below its highest before: 0 to 1."""


def begin(worth: Worth) -> Drawdown:
    return Drawdown(last=worth, pnl_peak=Usdc(worth.equity - worth.given))


def step(before: Drawdown, worth: Worth) -> Drawdown:
    """The next point. What is given is taken as given before the gain, what is taken back as taken after it."""
    pnl = Usdc(worth.equity - worth.given)
    pnl_peak = max(before.pnl_peak, pnl)
    index = _grown(before, worth)
    index_peak = max(before.index_peak, index)
    fallen = ONE - index / index_peak
    return Drawdown(
        last=worth,
        pnl_peak=pnl_peak,
        amount_max=max(before.amount_max, Usdc(pnl_peak - pnl)),
        index=index,
        index_peak=index_peak,
        ratio_max=max(before.ratio_max, fallen.quantize(INDEX_STEP)),
    )


def _grown(before: Drawdown, worth: Worth) -> Decimal:
    given = worth.given - before.last.given
    gained = worth.equity - before.last.equity - given
    worked = before.last.equity + max(given, ZERO)
    if worked <= 0:
        return before.index
    grown = min(before.index * (ONE + gained / worked), INDEX_MAX)
    return max(grown.quantize(INDEX_STEP), Decimal(0))


def drawdown_of(curve: Iterable[Worth]) -> Drawdown | None:
    """Of a whole curve, oldest first; None of an empty one."""
    found: Drawdown | None = None
    for worth in curve:
        found = begin(worth) if found is None else step(found, worth)
    return found
