"""The pattern from which a line of events is made; the sentences live in the questions_* files."""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """SINGLE: one market. LADDER: several levels of one quantity. FIELD: several names, exactly one wins (neg-risk)."""

    SINGLE = "single"
    LADDER = "ladder"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels of a ladder: around `reference`, `step` apart, written with `form`."""

    reference: float
    step: float
    form: str


@dataclass(frozen=True, slots=True)
class Template:
    """`lines` events exist side by side at any moment; when one has ended (after `life_hours`) the next begins.

    `question` and `title` may use {subject}, {date}, {day}, {option}. `volume`: typical dollars over the whole life of
    one market. `restless`: how much log-odds move in a day. `lean`: typical log-odds at the start and their spread.
    """

    category: str
    shape: Shape
    lines: int
    life_hours: float
    title: str
    question: str
    subjects: tuple[str, ...]
    criterion: str
    options: tuple[str, ...] = ()
    scales: tuple[Scale, ...] = ()
    size: int = 1
    outcomes: tuple[str, str] = ("Yes", "No")
    tags: tuple[str, ...] = ()
    volume: float = 120_000.0
    restless: float = 0.22
    lean: tuple[float, float] = (-0.4, 1.0)
    tick: str = "0.01"
    headline: bool = False
    """A market the news is about: chosen first when a trend begins."""
    native: bool = False
    """Resolved within minutes by a data feed, not by proposal and challenge."""
