"""Every point between two steps of input and output, and a fault at any one of them.

The real database and the real market data run; these wrappers only count the points that are passed and raise at the one that is chosen.
A transaction has four: before it begins, before its first statement, before its commit, after its commit. A question to the market has
two: before it is asked, after it was answered.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from db.session import Database, ReadSession, WriteSession
from exchange.ports import MarketData


class Killed(BaseException):
    """The process is gone: no handler of the product sees it."""


class Broken(OSError):
    """The connection is gone: the product sees it, and may do something about it."""


class Points:
    """Counts what is passed; at number `fail_at`, from 0, it raises once."""

    def __init__(self, fail_at: int | None = None, fault: Callable[[str], BaseException] = Killed) -> None:
        self.names: list[str] = []
        self.fail_at = fail_at
        self.fault = fault
        self.raised = False

    def reach(self, name: str) -> None:
        number = len(self.names)
        self.names.append(name)
        if number == self.fail_at and not self.raised:
            self.raised = True
            raise self.fault(name)


class FaultyDatabase:
    """A Database whose transactions pass points."""

    def __init__(self, real: Database, points: Points) -> None:
        self._real = real
        self._points = points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        self._points.reach("before a read")
        async with self._real.read() as session:
            yield session
        self._points.reach("after a read")

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        self._points.reach("before a transaction")
        async with self._real.write() as session:
            self._points.reach("in a transaction")
            yield session
            self._points.reach("before a commit")
        self._points.reach("after a commit")


class FaultyMarkets:
    """Market data whose answers pass points."""

    def __init__(self, real: object, points: Points) -> None:
        self._real = real
        self._points = points

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        async def ask(*args: Any, **options: Any) -> Any:
            self._points.reach(f"before asking for {name}")
            answer = await cast(Callable[..., Awaitable[Any]], found)(*args, **options)
            self._points.reach(f"after asking for {name}")
            return answer

        return ask


def faulty(database: Database, markets: object, points: Points) -> tuple[Database, MarketData]:
    """Both, as the product's parts take them."""
    return cast(Database, FaultyDatabase(database, points)), cast(MarketData, FaultyMarkets(markets, points))
