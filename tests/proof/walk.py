"""Runs a story once for every point between two steps of input and output, with a fault there, and compares how the books stand."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from temporalio.exceptions import ApplicationError

from db.session import Database
from exchange.ports import MarketData
from tests.desk import Desk
from tests.proof.faults import Broken, Killed, Points, faulty
from tests.proof.standing import Standing, standing

Step = Callable[[], Awaitable[object]]
ATTEMPTS = 4


@dataclass(frozen=True)
class Story:
    """`begin` sets the scene on new books, without faults; `steps` are what Temporal runs, each again until it succeeds."""

    begin: Callable[[Desk], Awaitable[UUID]]
    steps: Callable[[Desk, UUID, Database, MarketData], Sequence[Step]]


@dataclass(frozen=True)
class Telling:
    names: list[str]
    standing: Standing


async def tell(
    story: Story, database: Database, connection: asyncpg.Connection, points: Points, times: int = 1
) -> Telling:
    """Each step `times` over, one after the other; more often where the fault hit."""
    desk = Desk(database)
    subject = await story.begin(desk)
    for step in story.steps(desk, subject, *faulty(database, desk.markets, points)):
        for _ in range(times):
            await _until_done(step)
    return Telling(points.names, await standing(connection, desk.user))


async def _until_done(step: Step) -> None:
    """As Temporal does: a failed attempt is followed by another."""
    for attempt in range(ATTEMPTS):
        try:
            await step()
        except (Killed, Broken, ApplicationError):
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


async def walk(
    story: Story,
    database: Database,
    connection: asyncpg.Connection,
    *,
    samples: int | None = None,
    first: int = 0,
) -> int:
    """A fault at each point must leave the books as if there had been none; each kind of fault, and each step done twice.

    `samples`: only at so many points for each kind, evenly spread, from number `first` on. Answers how many points there are.
    """
    clean = await tell(story, database, connection, Points())
    assert (await tell(story, database, connection, Points(), times=2)).standing == clean.standing
    count = len(clean.names)
    apart = 1 if samples is None else max(count // samples, 1)
    for offset, fault in enumerate((Killed, Broken)):
        for number in range((first + offset * apart // 2) % apart, count, apart):
            points = Points(number, fault)
            told = await tell(story, database, connection, points)
            assert points.raised
            where = f"{fault.__name__} at point {number}, {clean.names[number]}"
            assert told.standing == clean.standing, where
    return count
