"""Words of a text, each with its place and the part it can play."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto
from typing import Literal

Unit = Literal["usd", "percent", "cents", "bare"]


class Kind(StrEnum):
    """Parts that words play. FILLER says nothing of its own; WORD may be a name, or is not known."""

    END = auto()
    ARROW = auto()
    REMARK = auto()
    FILLER = auto()
    WORD = auto()
    QUOTED = auto()
    SYMBOL = auto()
    NUMBER = auto()
    DURATION = auto()
    INTERVAL = auto()
    EVERY = auto()
    WINDOW = auto()
    METRIC = auto()
    OP = auto()
    POST_OP = auto()
    BETWEEN = auto()
    LEVEL = auto()
    VAGUE = auto()
    NEGATION = auto()
    AND = auto()
    OR = auto()
    COMMA = auto()
    OPEN = auto()
    CLOSE = auto()
    IF = auto()
    UNLESS = auto()
    CONDITION = auto()
    THEN = auto()
    ELSE = auto()
    BRANCH = auto()
    FILTER = auto()
    SKIP = auto()
    FIND = auto()
    MARKETS = auto()
    MENTION = auto()
    IN = auto()
    ABOUT = auto()
    CATEGORY = auto()
    WATCHLIST = auto()
    ON_WATCHLIST = auto()
    NOT_ON_WATCHLIST = auto()
    ADD = auto()
    REMOVE = auto()
    BUY = auto()
    SELL = auto()
    OUTCOME = auto()
    AT = auto()
    PART = auto()
    ALLOCATION = auto()
    AMOUNT = auto()
    SLIPPAGE = auto()
    LIMIT_ORDER = auto()
    MARKET_ORDER = auto()
    EXIT_RULE = auto()
    AGAIN = auto()
    ONCE = auto()
    MOVE = auto()
    ENDS = auto()
    LEFT = auto()
    AFTER = auto()
    LATER = auto()
    WAIT = auto()
    NOTIFY = auto()
    SAYING = auto()
    TOP = auto()
    BY = auto()
    RANK = auto()
    NAME = auto()
    ALLOCATE = auto()
    CHANGE = auto()
    TO = auto()
    INTERVAL_NAME = auto()
    WHALES = auto()
    START_NODE = auto()
    END_NODE = auto()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written. `open_above`: with a plus sign behind it, as in 5%+."""

    value: Decimal
    unit: Unit
    scaled: bool = False
    open_above: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the canonical word of its kind: a metric, an operator. `seconds`: when it can be a length of time."""

    kind: Kind
    start: int
    end: int
    text: str
    value: str = ""
    quantity: Quantity | None = None
    seconds: Decimal | None = None
