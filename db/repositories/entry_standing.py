"""Whether an entry order may still go to its venue: not while its strategy is paused, and not any more once it is stopped."""

from typing import Literal

from sqlalchemy import select

from db.models import Order, Strategy, StrategyExecution
from db.session import WriteSession

EntryStanding = Literal["free", "held", "over"]


async def entry_standing(session: WriteSession, order: Order) -> EntryStanding:
    """`held` until the strategy is resumed. What a person ran by hand while it was paused is not held; exits never are."""
    if order.side != "BUY":
        return "free"
    wanted = await session.scalar(select(Strategy.desired_state).where(Strategy.id == order.strategy_id))
    if wanted == "stopped":
        return "over"
    if wanted != "paused":
        return "free"
    trigger = await session.scalar(
        select(StrategyExecution.trigger).where(
            StrategyExecution.strategy_id == order.strategy_id,
            StrategyExecution.number == order.number,
            StrategyExecution.step == order.step,
        )
    )
    return "free" if trigger == "run_now" else "held"
