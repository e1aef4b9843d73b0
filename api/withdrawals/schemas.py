"""Withdrawals as pages and scripts see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.allocations.schemas import Mode
from api.decimal_text import DecimalText

HOURS_DEFAULT = 7 * 24
HOURS_MAX = 365 * 24


class BeginWithdrawal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    give_up_after_hours: Annotated[int, Field(ge=1, le=HOURS_MAX)] = HOURS_DEFAULT
    """Then it ends with what it has."""


class WithdrawalProgress(BaseModel):
    """As of the last look."""

    orders_open: int = 0
    """Not final, or filled and not final at the venue."""
    positions_open: int = 0
    shares_open: DecimalText | None = None
    settling: DecimalText | None = None
    """USDC of sales that are not final at the venue; waited for."""


class WithdrawalView(BaseModel):
    """`complete`: nothing is left. `partly_complete`: its time was over or it was cancelled. `reasons` say what it waits for,
    or what is left; of `complete`, a shortfall that was not covered."""

    id: UUID
    strategy_id: UUID
    mode: Mode
    status: Literal["running", "complete", "partly_complete"]
    give_up_at: datetime
    returned_amount: DecimalText
    """USDC that went back to the account so far, profits included."""
    progress: WithdrawalProgress
    reasons: list[str]
    requested_at: datetime
    updated_at: datetime
    finished_at: datetime | None
