"""What is in positions and orders already, around one order that is to be reserved. One statement, so one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from db.models import Order
from db.session import WriteSession
from domain.money import Usdc
from domain.risk.order_facts import Exposure

RATE_WINDOW = timedelta(minutes=1)

EXPOSURE = text("""
WITH committed AS (
  SELECT strategy_id, token_id, market_id, event_id, cost_amount AS amount FROM positions
  WHERE user_id = :user_id AND mode = :mode AND closed_at IS NULL
  UNION ALL
  SELECT strategy_id, token_id, market_id, event_id, reserved_left FROM orders
  WHERE user_id = :user_id AND mode = :mode AND final_at IS NULL AND side = 'BUY' AND reserved_left > 0
)
SELECT
  coalesce(sum(amount) FILTER (WHERE strategy_id = :strategy_id AND token_id = :token_id), 0) AS outcome,
  coalesce(sum(amount) FILTER (WHERE strategy_id = :strategy_id AND market_id = :market_id), 0) AS market,
  coalesce(sum(amount) FILTER (WHERE strategy_id = :strategy_id AND event_id = :event_id), 0) AS event,
  coalesce(sum(amount) FILTER (WHERE market_id = :market_id), 0) AS user_market,
  coalesce(sum(amount) FILTER (WHERE event_id = :event_id), 0) AS user_event,
  coalesce(sum(amount), 0) AS user_total,
  (SELECT count(*) FROM orders WHERE strategy_id = :strategy_id AND created_at > :since AND id <> :order_id
     AND side = 'BUY' AND status NOT IN ('planned', 'denied')) AS recent_orders
FROM committed
""")


@dataclass(frozen=True)
class Surroundings:
    """`recent_orders`: entries of the strategy accepted within RATE_WINDOW."""

    exposure: Exposure
    recent_orders: int


async def surroundings_of(
    session: WriteSession, order: Order, event_id: str | None, now: datetime
) -> Surroundings:
    """Needs the account's lock: no other reservation of the user happens meanwhile."""
    row = (
        await session.execute(
            EXPOSURE,
            {
                "user_id": order.user_id,
                "mode": order.mode,
                "strategy_id": order.strategy_id,
                "token_id": order.token_id,
                "market_id": order.market_id,
                "event_id": event_id or "",
                "order_id": order.id,
                "since": now - RATE_WINDOW,
            },
        )
    ).one()
    exposure = Exposure(
        outcome=Usdc(row.outcome),
        market=Usdc(row.market),
        event=Usdc(row.event),
        user_market=Usdc(row.user_market),
        user_event=Usdc(row.user_event),
        user_total=Usdc(row.user_total),
    )
    return Surroundings(exposure, row.recent_orders)
