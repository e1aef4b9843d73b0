"""The levels of a book: sizes of two kinds of traders, thin in front, thick behind, most of them unchanged from moment to moment."""

from collections.abc import Callable
from decimal import Decimal
from math import exp

from domain.money import plain
from sandbox.generator.quotes import Quotes
from sandbox.seeded import mix, normal, unit
from sandbox.venue import Level

LEVELS = 24
FRONT_MEDIAN = 120.0
"""Shares at the best price; behind it more (bounds in docs/sandbox.md)."""
BEHIND_MEDIANS = (420.0, 640.0, 720.0, 780.0)
DEEP_MEDIAN = 800.0
FRONT_DEVIATION = 1.15
BEHIND_DEVIATION = 0.85

Side = list[tuple[int, int]]
"""Levels as (price in ticks, size in hundredths of a share), best first."""


def sides_of(key: int, quotes: Quotes, thickness: float, step: int) -> tuple[Side, Side]:
    """Bids and asks of outcome 0 at the `step`-th state of the book."""
    return (
        _side(mix(key, 50), quotes.bid, -1, quotes.ticks_in_one, thickness, step),
        _side(mix(key, 51), quotes.ask, 1, quotes.ticks_in_one, thickness, step),
    )


def _side(key: int, best: int, direction: int, in_one: int, thickness: float, step: int) -> Side:
    fine = in_one >= 1000
    side: Side = []
    ticks = best
    for depth in range(LEVELS * (3 if fine else 1)):
        if not 0 < ticks < in_one or len(side) >= LEVELS:
            break
        if depth == 0 or not fine or _is_taken(key, ticks, depth):
            side.append((ticks, _size(key, ticks, len(side), thickness, step)))
        ticks += direction
    return side


def _is_taken(key: int, ticks: int, depth: int) -> bool:
    """With a fine tick only some prices carry orders, whole cents nearly always."""
    return unit(key, ticks, 52) < (0.97 if ticks % 10 == 0 else max(0.75 - 0.02 * depth, 0.2))


def _size(key: int, ticks: int, rank: int, thickness: float, step: int) -> int:
    refresh = 2 + mix(key, ticks, 53) % (6 if rank < 3 else 40)
    turn = (step + mix(key, ticks, 54) % refresh) // refresh
    place = mix(key, ticks, turn, 55)
    if rank == 0:
        median, deviation = FRONT_MEDIAN, FRONT_DEVIATION
    else:
        median = BEHIND_MEDIANS[rank - 1] if rank <= len(BEHIND_MEDIANS) else DEEP_MEDIAN
        deviation = BEHIND_DEVIATION
    shares = median * thickness * exp(deviation * normal(place, 1))
    if unit(place, 2) < 0.55:
        rounded = 5 if shares < 60 else 10 if shares < 500 else 100
        return max(int(shares / rounded + 0.5) * rounded, 5) * 100
    return max(int(shares * 100), 500)


def price_texts(in_one: int) -> Callable[[int], str]:
    """Writes ticks as decimal text."""
    texts = _TEXTS.get(in_one)
    if texts is None:
        texts = _TEXTS[in_one] = [plain(Decimal(ticks) / in_one) for ticks in range(in_one + 1)]
    return texts.__getitem__


_TEXTS: dict[int, list[str]] = {}


def size_text(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    if not rest:
        return str(whole)
    return f"{whole}.{rest:02d}".rstrip("0")


def wire_levels(side: Side, in_one: int, mirrored: bool) -> tuple[Level, ...]:
    """Best level last. `mirrored` writes the price as seen from the other outcome, 1 - p."""
    text = price_texts(in_one)
    return tuple(
        (text(in_one - ticks if mirrored else ticks), size_text(size)) for ticks, size in reversed(side)
    )
