"""The time of a scenario: real time, moved ahead together with Temporal and the sandbox."""

from datetime import UTC, datetime, timedelta


class ScenarioClock:
    """What API, worker and market data take for now."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def reach(self, moment: datetime) -> timedelta:
        """Moves ahead to `moment`, never back; how far."""
        step = max(moment - self.now(), timedelta(0))
        self._ahead += step
        return step
