"""The user's trading state as pages and scripts see and write it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from domain.risk.trading_state import TradingState


class TradingStateView(BaseModel):
    """Latched: it stays until somebody changes it, whatever restarts."""

    state: TradingState
    reason: str | None
    halt_epoch: int
    """Grows with every halt."""
    changed_at: datetime | None
    """Null while nobody ever changed it."""
    released_orders: int = 0
    """Orders whose reservation this change gave back."""


class SetTradingState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: TradingState
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
