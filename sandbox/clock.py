"""Simulated time: starts at a given moment, runs `speed` times as fast as real time, and may be told to jump ahead."""

import time
from collections.abc import Callable

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class SimulatedClock:
    """All moments of the sandbox are integer milliseconds since 1970-01-01 UTC; this says which one is now."""

    def __init__(self, start_ms: int, speed: float, elapsed: Callable[[], float] = time.monotonic) -> None:
        self.start_ms = start_ms
        self.speed = speed
        self._elapsed = elapsed
        self._origin = elapsed()
        self._skipped_ms = 0

    def now_ms(self) -> int:
        run_ms = int((self._elapsed() - self._origin) * self.speed * SECOND)
        return self.start_ms + run_ms + self._skipped_ms

    def advance(self, milliseconds: int) -> None:
        """Jumps ahead; never back, since what was shown once has happened."""
        self._skipped_ms += max(0, milliseconds)
