"""Profit and loss of a strategy or of a whole account; docs/pnl.md has the definitions in words."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from domain.money import Usdc
from domain.portfolio.ledger import ZERO, Totals
from domain.portfolio.marks import Mark, unrealised_of, value_of

RATIO_STEP = Decimal("0.000001")


class Pnl(BaseModel):
    """In USDC. realised + unrealised = equity − given, always."""

    model_config = ConfigDict(frozen=True)

    given: Usdc
    """Net capital given: what came in less what was taken out."""
    realised: Usdc
    """Of what was sold or settled, after all fees."""
    unrealised: Usdc
    """Of what is held: its value at the marks less its cost."""
    fees: Usdc
    """For information: fees are inside cost and realised."""
    equity: Usdc
    """Money and the value of what is held."""

    @property
    def total(self) -> Usdc:
        return Usdc(self.equity - self.given)

    @property
    def roi_ratio(self) -> Decimal | None:
        """Of the net capital given; None unless there is some."""
        return ratio(self.total, self.given)


class Account(BaseModel):
    """Money of a user in one mode that no strategy has, and all that ever came in from outside less what left."""

    model_config = ConfigDict(frozen=True)

    cash: Usdc
    given: Usdc


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """Six decimals; None when `whole` is not above zero."""
    return (part / whole).quantize(RATIO_STEP) if whole > 0 else None


def strategy_pnl(totals: Totals, marks: Sequence[Mark]) -> Pnl:
    """`marks` are all open positions of the strategy: their costs are what `totals` has deployed."""
    money = totals.available + totals.reserved + totals.settling - totals.shortfall
    return Pnl(
        given=totals.allocated,
        realised=totals.realised_pnl,
        unrealised=unrealised_of(marks),
        fees=totals.fees_paid,
        equity=Usdc(money + value_of(marks)),
    )


def account_pnl(account: Account, strategies: Sequence[Pnl]) -> Pnl:
    """Of the account: what a deleted strategy gained or lost is in its cash, so it stays in `realised`."""
    equity = account.cash + sum((each.equity for each in strategies), ZERO)
    unrealised = sum((each.unrealised for each in strategies), ZERO)
    return Pnl(
        given=account.given,
        realised=Usdc(equity - unrealised - account.given),
        unrealised=Usdc(unrealised),
        fees=Usdc(sum((each.fees for each in strategies), ZERO)),
        equity=Usdc(equity),
    )
