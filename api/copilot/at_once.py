"""How many drafts of one user are written at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from api.problem import ApiProblem

AT_ONCE_MAX = 2
RETRY_SECONDS = 5


class DraftsAtOnce:
    """In memory: counts what this process is doing."""

    def __init__(self) -> None:
        self._writing: Counter[UUID] = Counter()

    @contextmanager
    def hold(self, user_id: UUID) -> Iterator[None]:
        """Raises ApiProblem 429 when the user waits for as many already."""
        if self._writing[user_id] >= AT_ONCE_MAX:
            raise ApiProblem(
                429,
                "too_many_requests",
                f"{AT_ONCE_MAX} drafts are being written for you already; wait for one of them.",
                retry_after=RETRY_SECONDS,
            )
        self._writing[user_id] += 1
        try:
            yield
        finally:
            self._writing[user_id] -= 1
            if not self._writing[user_id]:
                del self._writing[user_id]
