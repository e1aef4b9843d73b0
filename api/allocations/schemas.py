"""The account and the allocations as pages and scripts see them. All amounts in USDC."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.decimal_text import DecimalText

AMOUNT_MAX = Decimal(10) ** 9

Amount = Annotated[DecimalText, Field(gt=0, le=AMOUNT_MAX, decimal_places=6)]
Mode = Literal["paper", "live"]


class AllocationRowView(BaseModel):
    """One strategy's money: allocated + realised_pnl = available + reserved + deployed + settling − shortfall."""

    strategy_id: UUID
    name: str
    status: str
    allocated: DecimalText
    """Given to it less taken back; below zero when profits were taken out."""
    available: DecimalText
    reserved: DecimalText
    deployed: DecimalText
    """What its positions cost, fees included."""
    settling: DecimalText
    shortfall: DecimalText
    realised_pnl: DecimalText
    fees_paid: DecimalText
    """For information: fees are inside cost and P&L."""


class AccountView(BaseModel):
    """`capital` is cash and the capital of all strategies, positions at cost."""

    mode: Mode
    cash: DecimalText
    """Not given to any strategy."""
    allocated: DecimalText
    capital: DecimalText


class AllocationsView(BaseModel):
    account: AccountView
    items: list[AllocationRowView]


class ChangeAllocation(BaseModel):
    """`give` moves cash of the account to the strategy, `take_back` its available capital to the account."""

    model_config = ConfigDict(extra="forbid")

    direction: Literal["give", "take_back"]
    amount: Amount


class Rebalance(BaseModel):
    """Available capital of one strategy to another, while both go on."""

    model_config = ConfigDict(extra="forbid")

    from_strategy_id: UUID
    to_strategy_id: UUID
    amount: Amount

    @model_validator(mode="after")
    def _two_strategies(self) -> "Rebalance":
        if self.from_strategy_id == self.to_strategy_id:
            raise ValueError("give two different strategies")
        return self


class LedgerMoveView(BaseModel):
    """One move: `amount` left `from_account` and came to `to_account`; `reference_id` is the order, fill or transfer."""

    id: int
    kind: str
    amount: DecimalText
    from_account: str
    from_strategy_id: UUID | None
    to_account: str
    to_strategy_id: UUID | None
    reference_id: UUID
    reason: str
    mode: Mode
    created_at: datetime
