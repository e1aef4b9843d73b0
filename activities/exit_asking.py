"""What triggered becomes a row and wakes the guard: some at a time, each again and again until it is written."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from temporalio.service import RPCError

from activities.watch_parts import DATABASE_AWAY, WatchParts, log, unless_cancelled
from contracts.exit import GuardInput
from db.repositories.armed_exits import untouched_requests
from db.repositories.exit_triggers import Outcome, Triggered, trigger
from domain.market.live_book import LiveBook
from domain.portfolio.exit_reason import evidence_of, reason_of
from domain.portfolio.watched_exits import RuleKey, Trigger, WatchedExits

AT_ONCE = 4
WRITE_AGAIN = 0.5
WRITE_TRIES = 120
KEPT = timedelta(minutes=10)
"""A trigger older than this is not written any more: prices are judged anew."""
WAKE_TRIES = 5
WAKE_AGAIN = 1.0
REFUSED_AGAIN = 1.0
"""The books know better; should the rule still be watched after they were read, it is judged again."""


class ExitAsking:
    """Triggers go in by `ask`; `run` writes them for as long as it runs. `unwritten`: those it has not written yet."""

    def __init__(self, parts: WatchParts, exits: WatchedExits) -> None:
        self.unwritten: dict[RuleKey, Triggered] = {}
        self._parts = parts
        self._exits = exits
        self._waiting: asyncio.Queue[Triggered] = asyncio.Queue()
        self._to_wake: asyncio.Queue[GuardInput] = asyncio.Queue()

    def ask(self, found: Trigger, book: LiveBook | None) -> None:
        """`book` is what the rule was judged by, None where it was read by request or is not known."""
        armed = found.armed
        asked = Triggered(
            position_id=armed.position_id,
            rule=armed.rule,
            sequence=armed.sequence,
            reason=reason_of(found),
            evidence=evidence_of(
                found, book.observed_at if book else None, book.venue_time if book else None
            ),
            at=found.at,
        )
        self.take_up((asked,))

    def take_up(self, unwritten: Iterable[Triggered]) -> None:
        """Also what a watcher before this one could not write: unless it is too old, or the books know better by now."""
        for asked in unwritten:
            if self._parts.clock() - asked.at <= KEPT:
                self.unwritten[_key(asked)] = asked
                self._waiting.put_nowait(asked)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as writers:
            writers.create_task(self._wake_again())
            for _ in range(AT_ONCE):
                writers.create_task(self._write_all())
                writers.create_task(self._wake_all())

    async def _write_all(self) -> None:
        while True:
            unless_cancelled()
            asked = await self._waiting.get()
            outcome = await self._written(asked)
            self.unwritten.pop(_key(asked), None)
            if outcome.request_id is not None and outcome.strategy_id is not None:
                log.info(
                    "exit asked for",
                    strategy_id=str(outcome.strategy_id),
                    position_id=str(asked.position_id),
                    rule=asked.rule.rule,
                )
                self._exits.forget(_key(asked))
                guard = GuardInput(position_id=asked.position_id, strategy_id=outcome.strategy_id)
                self._to_wake.put_nowait(guard)
            else:
                again = self._parts.pace.held if outcome.held else REFUSED_AGAIN
                self._exits.release(_key(asked), self._later(again))

    async def _wake_all(self) -> None:
        """Beside the writing: an engine that is away must not keep exits from being written."""
        while True:
            unless_cancelled()
            await self._wake(await self._to_wake.get())

    async def _wake_again(self) -> None:
        """Whoever wrote these may have died before the guards heard of it."""
        parts = self._parts
        try:
            untouched = await untouched_requests(parts.database.prepared, parts.shard)
        except DATABASE_AWAY as error:
            log.warning("open exits not looked for", error=str(error)[:200])
            return
        for position, strategy in untouched:
            await self._wake(GuardInput(position_id=position, strategy_id=strategy))

    def _later(self, seconds: float) -> datetime:
        return self._parts.clock() + timedelta(seconds=seconds)

    async def _written(self, asked: Triggered) -> Outcome:
        """A price that triggered stays a trigger: it does not matter that it recovers while the database is away.

        What cannot be written for long is given back, lest it keep others waiting: its rule is judged again.
        """
        for _ in range(WRITE_TRIES):
            unless_cancelled()
            try:
                async with self._parts.database.write() as session:
                    return await trigger(session, asked)
            except DATABASE_AWAY as error:
                log.warning("exit not written yet", error=str(error)[:200])
                await asyncio.sleep(WRITE_AGAIN)
        return Outcome()

    async def _wake(self, guard: GuardInput) -> None:
        """Should all tries fail: what keeps workflows alive looks at open requests, too."""
        for _ in range(WAKE_TRIES):
            unless_cancelled()
            try:
                await self._parts.calls.wake_guard(guard)
                return
            except (RPCError, RuntimeError) as error:
                log.warning("guard not woken yet", position_id=str(guard.position_id), error=str(error)[:200])
                await asyncio.sleep(WAKE_AGAIN)


def _key(asked: Triggered) -> RuleKey:
    return asked.position_id, asked.rule.rule
