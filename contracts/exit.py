"""What the guard of a position is started with, and what it is told to do next."""

from datetime import datetime
from uuid import UUID

from contracts.payload import Payload


class GuardInput(Payload):
    """Start argument and continue-as-new argument of PositionGuardWorkflow."""

    position_id: UUID
    strategy_id: UUID
    continue_as_new_events: int = 500


class NextExit(Payload):
    """What the books say about leaving one position at this moment."""

    over: bool = False
    """The position is closed, or gone with its strategy: nothing is left to guard."""
    order_id: UUID | None = None
    """The one sell order under way: to be started, and waited for; starting it again does no harm."""
    cancelling: UUID | None = None
    """A sell order that was asked to end because something more urgent waits: to be told `changed`."""
    retry_at: datetime | None = None
    """When the next request that could not sell everything is tried again; None: nothing waits for that alone."""
    waiting: bool = False
    """Something is open: look again soon, even if nobody speaks."""
    reason: str | None = None
    """What it is doing, in words."""
