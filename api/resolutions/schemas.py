"""How markets end, as pages show it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from api.decimal_text import DecimalText

ResolutionState = Literal["open", "proposed", "disputed", "resolved", "void"]


class ResolutionStepView(BaseModel):
    """One change, as it was noticed."""

    state: ResolutionState
    proposed_outcome: str | None
    at: datetime


class ResolutionView(BaseModel):
    """Only resolved and void are final: they pay, and do not change any more."""

    market_id: str
    source: str
    question: str
    state: ResolutionState
    winner: str | None
    """Name of the outcome that won."""
    payouts: dict[str, DecimalText] | None
    """USDC per share by token id: 1, 0, or 0.5 of a void market. None until final."""
    proposed_outcome: str | None
    """While proposed or disputed: the outcome that led by price; the venue names none."""
    ends_at: datetime | None
    seen_at: datetime
    """When the venue was last asked, to five minutes."""
    changed_at: datetime
    final_at: datetime | None
    history: list[ResolutionStepView]
    """Oldest first."""
