"""The user's trading state as pages and scripts see and write it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from domain.risk.trading_state import HaltedExits, TradingState


class OpenOrderView(BaseModel):
    """An order that the state does not allow and that is not final yet."""

    id: UUID
    strategy_id: UUID
    question: str
    side: Literal["BUY", "SELL"]
    status: str
    cancel_requested_at: datetime | None


class TradingStateView(BaseModel):
    """Latched: it stays until somebody changes it, whatever restarts."""

    state: TradingState
    reason: str | None
    exits: HaltedExits = "go_on"
    """What the halt does to guards and exits of positions."""
    halt_epoch: int
    """Grows with every halt."""
    changed_at: datetime | None
    """Null while nobody ever changed it."""
    released_orders: int = 0
    """Orders that this change ended at once, their reservation given back."""
    open_orders: list[OpenOrderView] = []
    """What the state does not allow and is not final yet, oldest first, at most 100."""
    open_orders_total: int = 0


class SetTradingState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: TradingState
    exits: HaltedExits | None = None
    """Of a halt: `stop` also stops guards and exits. Left out: they go on, or stay as a halt that is on has them."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
