"""What is to be done with an order next, by where it stands."""

from typing import Literal

NextStep = Literal["reserve", "post", "settle", "look", "end"]
"""look: ask the venue how it stands, after a while. settle: what the books have of it is brought to its end."""

STEPS: dict[str, NextStep] = {
    "planned": "reserve",
    "reserved": "post",
    "signing": "look",
    "signed": "post",
    "posting": "post",
    "unknown": "look",
    "live": "look",
    "matched": "settle",
}


def next_step(status: str, *, final: bool) -> NextStep:
    """An order in a state that this version does not know is looked at, not touched."""
    return "end" if final else STEPS.get(status, "look")
