"""Lots: what each entry brought, sold oldest first. The cost of a part is exact: the last share takes what is left."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.errors import InvariantViolation
from domain.money import USDC_STEP, Shares, Usdc


class Lot(BaseModel):
    """Shares of one entry that are still held, and what they cost, fees included."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    shares: Shares
    cost: Usdc


class LotPart(BaseModel):
    """Shares that leave a lot, and their cost."""

    model_config = ConfigDict(frozen=True)

    lot_id: UUID
    shares: Shares
    cost: Usdc


def take_oldest(lots: Sequence[Lot], shares: Shares) -> tuple[LotPart, ...]:
    """The parts that make up `shares`, in the order of `lots`. Raises InvariantViolation when they have fewer."""
    parts: list[LotPart] = []
    left = Decimal(shares)
    for lot in lots:
        if left <= 0:
            break
        taken = min(left, lot.shares)
        if taken <= 0:
            continue
        parts.append(LotPart(lot_id=lot.id, shares=Shares(taken), cost=_cost_of(lot, taken)))
        left -= taken
    if left > 0:
        raise InvariantViolation(f"{shares} shares were sold, {left} more than the position has")
    return tuple(parts)


def _cost_of(lot: Lot, shares: Decimal) -> Usdc:
    if shares == lot.shares:
        return lot.cost
    return Usdc((lot.cost * shares / lot.shares).quantize(USDC_STEP, rounding=ROUND_DOWN))


def split_by_shares(total: Usdc, parts: Sequence[LotPart]) -> tuple[Usdc, ...]:
    """`total` divided over the parts by their shares; what rounding leaves goes to the last."""
    shares = sum((part.shares for part in parts), Decimal(0))
    split: list[Usdc] = []
    given = Decimal(0)
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        share = (
            total - given if last else (total * part.shares / shares).quantize(USDC_STEP, rounding=ROUND_DOWN)
        )
        split.append(Usdc(share))
        given += share
    return tuple(split)
