"""What one part of a sentence asks for, before it is drawn."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from domain.copilot.read_conditions import Conditions
from domain.copilot.tokens import Token

Role = Literal["plain", "if", "unless", "filter", "skip", "condition"]
ExitKind = Literal["stop_loss", "take_profit", "trailing_stop"]


@dataclass(frozen=True, slots=True)
class Source:
    """Markets of the venue; `find` tells that a verb such as "monitor" was before them."""

    tags: tuple[str, ...] = ()
    text: str | None = None
    find: bool = False
    notes: tuple[str, ...] = ()

    @property
    def mention(self) -> bool:
        """Only "markets": those that are meant already."""
        return not self.tags and self.text is None and not self.find


@dataclass(frozen=True, slots=True)
class Monitor:
    """Markets of the watchlist."""


@dataclass(frozen=True, slots=True)
class Check:
    conditions: Conditions
    role: Role


@dataclass(frozen=True, slots=True)
class Whales:
    """A condition of its own node: what large traders, or the largest holders, do."""

    what: str
    window: str = "1h"
    net_min: Decimal | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """Put on the watchlist."""


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Take off the watchlist."""


@dataclass(frozen=True, slots=True)
class Buy:
    outcome: str
    amount: Decimal | None
    percent: Decimal | None
    slippage: Decimal | None = None
    limit_price: Decimal | None = None
    repeat: Literal["again", "once", ""] = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExitRule:
    """Belongs to the purchase before it."""

    kind: ExitKind
    ratio: Decimal


@dataclass(frozen=True, slots=True)
class Sell:
    percent: Decimal | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """`after`: said as "after 10 minutes", which may stand behind what it delays."""

    minutes: int
    after: bool = False


@dataclass(frozen=True, slots=True)
class AfterTrade:
    """What follows goes on when the purchase before was filled."""


@dataclass(frozen=True, slots=True)
class Tell:
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """The first so many markets. Without `metric` it is said elsewhere in the sentence; `loose`: it must be."""

    limit: int | None
    metric: str | None = None
    order: Literal["highest", "lowest"] = "highest"
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    seconds: int


@dataclass(frozen=True, slots=True)
class Named:
    name: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The other way of the last condition."""


@dataclass(frozen=True, slots=True)
class Branch:
    holds: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A Start or End that was drawn in words."""

    end: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that gets another value: of a metric, "amount", "wait" or "slippage"."""

    target: str
    direction: Literal["up", "down", "set"]
    value: Token


@dataclass(frozen=True, slots=True)
class Refused:
    """Understood, and cannot be done; takes nothing else of its sentence with it."""

    why: str


Step = (
    Source | Monitor | Check | Whales | Watch | Unwatch | Buy | ExitRule | Sell | Wait | AfterTrade | Tell | Take | Every | Named
    | Otherwise | Branch | Mark | Change | Refused
)  # fmt: skip

ACTIONS = (Watch, Unwatch, Buy, Sell, Wait, Tell)
"""Steps that a condition can stand before."""


@dataclass(frozen=True, slots=True)
class Found:
    """A step, and the index behind its last token."""

    step: Step
    end: int
