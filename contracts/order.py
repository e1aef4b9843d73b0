"""What the order workflow is started with and passes on."""

from datetime import datetime
from uuid import UUID

from contracts.payload import Payload
from contracts.strategy import StrategyCounts


class OrderInput(Payload):
    order_id: UUID
    strategy_id: UUID


class OrderStep(Payload):
    """Where the order stands after an activity."""

    status: str
    final: bool
    reason: str | None = None
    filled_shares: str = "0"
    """Decimal text."""
    look_after_seconds: int = 30
    """When to look again, should nobody speak before."""
    held: bool = False
    """Not posted, because its strategy is paused: to be tried again then."""


class OrderSettled(Payload):
    """Wake-up for the strategy: the books changed and continuations may be due."""

    order_id: UUID
    counts: StrategyCounts
    next_continuation_at: datetime | None


class OrderTracked(Payload):
    step: OrderStep
    settled: OrderSettled
    bought_into: UUID | None = None
    """BUY: the open position that has its shares."""
    sells: UUID | None = None
    """SELL: the position that it sells."""
