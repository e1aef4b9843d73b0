"""What the withdrawal's workflow is started with and learns at each look."""

from datetime import datetime
from uuid import UUID

from contracts.payload import Payload


class WithdrawalInput(Payload):
    """Start argument and continue-as-new argument of WithdrawalWorkflow."""

    withdrawal_id: UUID
    strategy_id: UUID
    give_up_at: datetime
    pause_seconds: int = 5
    """Until the next look when nobody speaks; it doubles with every look in vain."""
    continue_as_new_events: int = 500


class WithdrawalLook(Payload):
    """Where the withdrawal stands, and who is to be told of what was asked of them."""

    over: bool
    order_ids: tuple[UUID, ...] = ()
    """Entry orders that were asked to end."""
    position_ids: tuple[UUID, ...] = ()
    """Positions whose guards have something new to do."""
