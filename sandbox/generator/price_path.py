"""Probabilities of one event's outcomes as a function of time alone.

Log-odds are a sum of smooth noise over ten time scales (from a month to a minute: trends, reversions, chatter) plus the
impulses of the category's news; near the end they are drawn to the outcome. Nothing is stepped, so any moment costs the same.
"""

from bisect import bisect_right
from math import exp, log

from sandbox.clock import DAY, HOUR, MINUTE, SECOND
from sandbox.generator.event_lines import EventLine
from sandbox.generator.impulses import CategoryNews, impulse_effect
from sandbox.generator.template import Shape
from sandbox.seeded import mix, normal, unit

PERIODS = (30 * DAY, 10 * DAY, 80 * HOUR, DAY, 9 * HOUR, 3 * HOUR, HOUR, 20 * MINUTE, 6 * MINUTE, 90 * SECOND)
FLOOR = 0.0015
LATTICE_LIMIT = 512


class Latent:
    """One log-odds walk of an event."""

    def __init__(self, key: int, base: float, restless: float, life: int) -> None:
        self.key = key
        self.base = base
        # Scales longer than the event's life would only shift its start.
        self.octaves = tuple(
            (number, period, restless * (min(period, 10 * DAY) / DAY) ** 0.5 * 0.62)
            for number, period in enumerate(PERIODS)
            if period <= life * 2
        )
        self._lattice: dict[tuple[int, int], float] = {}

    def _point(self, octave: int, cell: int) -> float:
        place = (octave, cell)
        value = self._lattice.get(place)
        if value is None:
            if len(self._lattice) > LATTICE_LIMIT:
                self._lattice.clear()
            value = self._lattice[place] = normal(self.key, octave, cell)
        return value

    def at(self, at_ms: int) -> float:
        total = self.base
        for octave, period, size in self.octaves:
            cell, inside = divmod(at_ms, period)
            share = inside / period
            share = share * share * (3.0 - 2.0 * share)
            low = self._point(octave, cell)
            total += size * (low + (self._point(octave, cell + 1) - low) * share)
        return total


class EventPath:
    """Prices of outcome 0 of all markets of one event. `shock` changes it from a moment on; the past stays."""

    def __init__(self, line: EventLine, sequence: int, news: CategoryNews) -> None:
        self.line = line
        self.shape = line.template.shape
        self.opens = line.opens(sequence)
        self.ends = line.opens(sequence + 1)
        self.size = line.template.size
        self._news = news
        self._chance = unit(line.key, sequence, 20)
        count = self.size if self.shape is Shape.FIELD else 1
        self._latents = [self._latent(sequence, number) for number in range(count)]
        self._steps = 0.85 if self.shape is Shape.LADDER else 0.0
        self._shocks: list[list[tuple[int, float]]] = [[] for _ in range(self.size)]
        self._window = min(6 * HOUR, (self.ends - self.opens) // 12)
        self._winners: tuple[bool, ...] | None = None

    def _latent(self, sequence: int, number: int) -> Latent:
        line = self.line
        key = mix(line.key, sequence, number, 21)
        centre, spread = line.template.lean
        base = centre + spread * normal(key, 1)
        if self.shape is Shape.FIELD:
            base = -0.75 * number + 0.6 * normal(key, 1)
        return Latent(key, base, line.template.restless, line.life)

    def _odds(self, at_ms: int) -> list[float]:
        pushes = self._news.of(self.line, at_ms)
        values = [latent.at(at_ms) for latent in self._latents]
        for impulse in pushes:
            if impulse.start_ms >= self.opens:
                values[impulse.latent % len(values)] += impulse_effect(impulse, at_ms)
        if self.shape is Shape.LADDER:
            middle = self.size // 2
            values = [values[0] - self._steps * (index - middle) for index in range(self.size)]
        for index, shocks in enumerate(self._shocks):
            place = bisect_right(shocks, (at_ms, float("inf")))
            if place:
                values[index] += shocks[place - 1][1]
        return values

    def _shares(self, odds: list[float]) -> list[float]:
        if self.shape is not Shape.FIELD:
            return [1.0 / (1.0 + exp(-value)) for value in odds]
        top = max(odds)
        weights = [exp(value - top) for value in odds]
        total = sum(weights)
        return [weight / total for weight in weights]

    def winners(self) -> tuple[bool, ...]:
        """Whether outcome 0 of each market wins: drawn with the prices of the moment when the end phase begins."""
        if self._winners is None:
            shares = self._shares(self._odds(self.ends - self._window))
            if self.shape is Shape.FIELD:
                rest, winner = self._chance, self.size - 1
                for index, share in enumerate(shares):
                    rest -= share
                    if rest < 0:
                        winner = index
                        break
                self._winners = tuple(index == winner for index in range(self.size))
            else:
                self._winners = tuple(self._chance < share for share in shares)
        return self._winners

    def prices(self, at_ms: int) -> list[float]:
        odds = self._odds(at_ms)
        late = at_ms - (self.ends - self._window)
        if late > 0:
            progress = min(late / self._window, 1.0)
            pull = 8.0 * progress * progress
            for index, wins in enumerate(self.winners()):
                odds[index] = odds[index] * (1.0 - progress) + (pull if wins else -pull)
        return [min(max(share, FLOOR), 1.0 - FLOOR) for share in self._shares(odds)]

    def shock(self, index: int, at_ms: int, price: float) -> None:
        """From `at_ms` on the price of market `index` is moved so that it is `price` at that moment."""
        odds = self._odds(at_ms)
        target = log(price / (1.0 - price))
        if self.shape is Shape.FIELD:
            target += log(sum(exp(value) for place, value in enumerate(odds) if place != index))
        before = self._shocks[index][-1][1] if self._shocks[index] else 0.0
        self._shocks[index].append((at_ms, before + target - odds[index]))
        self._winners = None

    def last_shock(self, at_ms: int) -> int:
        moments = [moment for shocks in self._shocks for moment, _ in shocks if moment <= at_ms]
        return max(moments, default=0)
