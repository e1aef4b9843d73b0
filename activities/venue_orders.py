"""The order's row as the venue is asked for it, and where it stands as the workflow is told."""

import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from contracts.order import OrderStep
from db.models import Order
from domain.money import Price, Shares, Usdc, plain
from domain.orders.resting import Resting
from domain.orders.venue_order import VenueOrder

VALID_FOR = timedelta(minutes=2)
"""An order decided on longer ago than this would trade on a price nobody looked at."""
LOOK_EVERY = 30
LOOK_FOR_UNKNOWN = 2
"""Seconds."""


def venue_order(order: Order) -> VenueOrder:
    """Needs a row that was posted."""
    return VenueOrder(
        id=order.id,
        market_id=order.market_id,
        token_id=order.token_id,
        side=cast(Any, order.side),
        order_type=cast(Any, order.order_type),
        time_in_force=cast(Any, order.time_in_force),
        amount=Usdc(order.amount),
        shares=Shares(order.shares if order.shares is not None else Decimal(0)),
        limit_price=Price(order.limit_price) if order.limit_price is not None else None,
        slippage_max=order.slippage_max,
        post_only=order.post_only,
        spend_max=Usdc(order.reserved_amount),
        posted_at=order.posted_at or order.updated_at,
        expires_at=order.expires_at,
        resting=resting_of(order),
    )


def resting_of(order: Order) -> Resting | None:
    return Resting.model_validate(order.resting) if order.resting is not None else None


def has_expired(order: Order, now: datetime) -> bool:
    return order.expires_at is not None and now >= order.expires_at


def step_of(order: Order | None, now: datetime | None = None) -> OrderStep:
    """Where the order stands, for the workflow. `now`: to say when to look again."""
    if order is None:
        return OrderStep(status="gone", final=True, reason="the strategy was deleted")
    pause = LOOK_FOR_UNKNOWN if order.status == "unknown" else LOOK_EVERY
    if order.cancel_requested_at is not None:
        pause = 0
    elif now is not None and order.expires_at is not None and order.status == "live":
        pause = min(pause, max(math.ceil((order.expires_at - now).total_seconds()), 0))
    return OrderStep(
        status=order.status,
        final=order.final_at is not None,
        reason=order.status_reason,
        filled_shares=plain(order.filled_shares),
        look_after_seconds=pause,
    )
