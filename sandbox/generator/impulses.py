"""News: now and then a category's markets trend for hours or jump within seconds, then slowly give part of it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sandbox.clock import DAY, HOUR, MINUTE, SECOND
from sandbox.generator.event_lines import EventLine
from sandbox.seeded import mix, text_key, unit

SLOT = 90 * MINUTE
LOOKBACK = 2
"""Days after which an impulse has faded."""
HALF_LIFE = 9 * HOUR
HEADLINES_PER_SLOT = 4
OTHERS_PER_SLOT = 2


@dataclass(frozen=True, slots=True)
class Impulse:
    """`size` in log-odds, reached after `ramp` milliseconds, then halved every HALF_LIFE."""

    start_ms: int
    ramp: int
    size: float
    latent: int


def impulse_effect(impulse: Impulse, at_ms: int) -> float:
    age = at_ms - impulse.start_ms
    if age <= 0:
        return 0.0
    if age < impulse.ramp:
        return impulse.size * age / impulse.ramp
    late = age - impulse.ramp
    left = float(2.0 ** (-late / HALF_LIFE))
    # Fades to nothing at the edge of the look-back, so that forgetting it moves no price.
    edge = max(0.0, 1.0 - late / (LOOKBACK * DAY - impulse.ramp - DAY))
    return impulse.size * left * edge


class CategoryNews:
    """The impulses of all lines, by category and slot of 90 minutes."""

    def __init__(self, seed: int, lines: Sequence[EventLine]) -> None:
        self._seed = seed
        self._by_category: dict[str, tuple[list[EventLine], list[EventLine]]] = {}
        for line in lines:
            headlines, others = self._by_category.setdefault(line.template.category, ([], []))
            if line.life >= 2 * DAY:
                (headlines if line.template.headline else others).append(line)
        self._slot = lru_cache(maxsize=4096)(self._make_slot)
        self._day = lru_cache(maxsize=8192)(self._make_day)

    def of(self, line: EventLine, at_ms: int) -> list[Impulse]:
        """Impulses of the line that still matter at that moment."""
        today = at_ms // DAY
        found: list[Impulse] = []
        for day in range(today - LOOKBACK + 1, today + 1):
            found.extend(impulse for impulse in self._day(line, day) if impulse.start_ms < at_ms)
        return found

    def _make_day(self, line: EventLine, day: int) -> tuple[Impulse, ...]:
        first = day * DAY // SLOT
        slots = range(first, first + DAY // SLOT)
        return tuple(
            impulse
            for slot in slots
            for owner, impulse in self._slot(line.template.category, slot)
            if owner is line
        )

    def _make_slot(self, category: str, slot: int) -> tuple[tuple[EventLine, Impulse], ...]:
        headlines, others = self._by_category.get(category, ([], []))
        key = mix(self._seed, text_key(category), slot, 30)
        made: list[tuple[EventLine, Impulse]] = []
        for lines, count in ((headlines, HEADLINES_PER_SLOT), (others, OTHERS_PER_SLOT)):
            # Neighbours instead of separate draws: no line is hit twice at once.
            start = mix(key, len(lines)) % max(len(lines), 1)
            for number in range(min(count, len(lines))):
                line = lines[(start + number) % len(lines)]
                made.append((line, self._impulse(key, slot, number, rising=number == 0)))
        return tuple(made)

    def _impulse(self, key: int, slot: int, number: int, rising: bool) -> Impulse:
        start = slot * SLOT + int(unit(key, number, 31) * 20 * MINUTE)
        up = rising or unit(key, number, 32) < 0.45
        jump = not rising and unit(key, number, 33) < 0.25
        size = 0.5 + 0.5 * unit(key, number, 34)
        ramp = 20 * SECOND if jump else int((2.0 + 1.5 * unit(key, number, 35)) * HOUR)
        return Impulse(start, ramp, size if up else -size, latent=0 if rising else mix(key, number, 36) % 4)
