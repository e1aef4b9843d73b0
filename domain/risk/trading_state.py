"""The user's own switch over all strategies. Latched: nothing but a person changes it."""

from typing import Literal

TradingState = Literal["active", "reducing", "halted"]
"""active: all is allowed. reducing: only what sells. halted: nothing is reserved and nothing is posted."""


def allows(state: TradingState, side: str) -> bool:
    return state == "active" or (state == "reducing" and side == "SELL")
