"""Slows down guessing of login codes, per network address."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from api.problem import ApiProblem

FAILURES_MAX = 10
WINDOW = timedelta(minutes=5)
ADDRESSES_MAX = 10_000


class LoginAttempts:
    """Failed logins of the last minutes, in memory: a restart forgets them, which the 256 bits of a code can bear."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()

    def check(self, address: str, now: datetime) -> None:
        """Raises ApiProblem 429 when this address failed too often."""
        failures = self._failures.get(address)
        if failures is None:
            return
        while failures and now - failures[0] > WINDOW:
            failures.popleft()
        if len(failures) >= FAILURES_MAX:
            seconds = int((failures[0] + WINDOW - now).total_seconds()) + 1
            raise ApiProblem(
                429, "too_many_requests", "Too many failed logins; wait a few minutes.", retry_after=seconds
            )

    def failed(self, address: str, now: datetime) -> None:
        failures = self._failures.setdefault(address, deque(maxlen=FAILURES_MAX))
        failures.append(now)
        self._failures.move_to_end(address)
        if len(self._failures) > ADDRESSES_MAX:
            self._failures.popitem(last=False)
