"""The user's own switch over all strategies. Latched: nothing but a person changes it."""

from typing import Literal

TradingState = Literal["active", "reducing", "halted"]
"""active: all is allowed. reducing: only what sells. halted: no entries and no executions."""

HaltedExits = Literal["go_on", "stop"]
"""What a halt does to guards and exits of positions."""


def allows(state: TradingState, side: str, exits: HaltedExits = "go_on") -> bool:
    """Whether an order of `side` may be reserved and posted now."""
    if state == "halted":
        return side == "SELL" and exits == "go_on"
    return state == "active" or side == "SELL"


def overtaken(epoch_then: int | None, epoch_now: int, side: str, exits: HaltedExits = "go_on") -> bool:
    """Whether a halt came since an order began to be posted, and was meant for it too: it ends without a trade, even when the
    halt is over by now."""
    return epoch_then != epoch_now and (side == "BUY" or exits == "stop")
