"""Which of a position's exit requests is carried out next, for how many shares, and when a fruitless one is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from domain.money import Shares

SALE_STEP = Decimal("0.01")
"""The venue sells in hundredths of a share; what is less counts as nothing."""
NOTHING = Shares(Decimal(0))
RETRY_FIRST = timedelta(seconds=5)
RETRY_LONGEST = timedelta(minutes=5)

URGENCY = (
    "flatten",
    "user",
    "stop_loss",
    "trailing_stop",
    "breakeven",
    "before_resolution",
    "time_exit",
    "take_profit",
    "resting",
    "node",
)
"""Most urgent first. `resting`: a person's limit order, which waits for its price and lets everything else go before it."""


@dataclass(frozen=True, slots=True)
class ExitWish:
    """One open request in numbers. `kind` is one of URGENCY; `wanted` None until the guard began with it.

    `whole`: it wants all that is held, also what comes in later.
    """

    id: UUID
    kind: str
    asked_at: datetime
    shares: Shares | None = None
    part_ratio: Decimal | None = None
    wanted: Shares | None = None
    sold: Shares = NOTHING
    next_attempt_at: datetime | None = None

    @property
    def whole(self) -> bool:
        return self.shares is None and self.part_ratio is None


def cut(shares: Decimal) -> Shares:
    """In hundredths, rounded down: what the venue sells of it."""
    return Shares(shares.quantize(SALE_STEP, rounding=ROUND_DOWN))


def urgency(kind: str) -> int:
    """0 is the most urgent; what nobody has heard of comes last."""
    return URGENCY.index(kind) if kind in URGENCY else len(URGENCY)


def by_urgency(wishes: Sequence[ExitWish]) -> list[ExitWish]:
    """Most urgent first, of equals the oldest."""
    return sorted(wishes, key=lambda wish: (urgency(wish.kind), wish.asked_at, wish.id))


def is_due(wish: ExitWish, now: datetime) -> bool:
    return wish.next_attempt_at is None or wish.next_attempt_at <= now


def wanted_of(wish: ExitWish, held: Shares) -> Shares:
    """How many shares it is about in all; fixed once it has begun, except for who wants everything."""
    if wish.whole:
        return Shares(wish.sold + held)
    if wish.wanted is not None:
        return wish.wanted
    if wish.part_ratio is not None:
        return cut(held * wish.part_ratio) if wish.part_ratio < 1 else held
    return Shares(min(wish.shares or Decimal(0), held))


def to_sell(wish: ExitWish, held: Shares, offered: Shares) -> Shares:
    """How many shares its next order sells: never more than is held and not offered to somebody already."""
    left = wanted_of(wish, held) - wish.sold
    return cut(max(min(left, held - offered), Decimal(0)))


def has_sold_all(wish: ExitWish, held: Shares) -> bool:
    """Nothing that the venue would sell is left of it."""
    return cut(max(wanted_of(wish, held) - wish.sold, Decimal(0))) == 0


def retry_pause(fruitless: int) -> timedelta:
    """How long to wait after so many tries in a row that sold nothing: 5 s, doubling up to 5 minutes."""
    doublings = min(max(fruitless - 1, 0), 10)
    pause: timedelta = RETRY_FIRST * 2**doublings
    return min(pause, RETRY_LONGEST)
