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


class OrderSettled(Payload):
    """Wake-up for the strategy: the books changed and continuations may be due."""

    order_id: UUID
    counts: StrategyCounts
    next_continuation_at: datetime | None


class OrderTracked(Payload):
    step: OrderStep
    settled: OrderSettled
