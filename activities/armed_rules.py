"""Keeps what is watched equal to what the books say: all of it now and then, single tokens as soon as they change."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from activities.price_checks import Found
from activities.watch_parts import DATABASE_AWAY, VENUE_AWAY, WatchParts, log, older_than, unless_cancelled
from db.repositories.armed_exits import LoadedRule, armed_exits
from db.repositories.position_exits import CHANNEL
from domain.portfolio.watched_exits import ArmedRule, WatchedExits

ENDS_ASKED_EVERY = 60.0
LISTEN_AGAIN = 1.0
EVERYTHING = ""


class ArmedRules:
    """`looked` is called after every look: tokens may have come or gone."""

    def __init__(self, parts: WatchParts, exits: WatchedExits, found: Found) -> None:
        self.changed = asyncio.Event()
        self._parts = parts
        self._exits = exits
        self._found = found
        self._tokens: set[str] = set()
        self._ends: dict[str, datetime | None] = {}
        self._ends_asked_at: datetime | None = None

    def heard(self, token: str) -> None:
        """A notification; without a token everything is looked at."""
        self._tokens.add(token)
        self.changed.set()

    async def listen(self) -> None:
        """Never ends. What was said while nobody listened is covered by a look at everything."""
        while True:
            unless_cancelled()
            lost = asyncio.Event()
            with suppress(*DATABASE_AWAY):
                async with self._parts.database.listening("cascadian-prices", CHANNEL, self.heard, lost.set):
                    self.heard(EVERYTHING)
                    await lost.wait()
            await asyncio.sleep(LISTEN_AGAIN)

    async def look_when_told(self) -> None:
        """Until something changed or it is time again; then looks. Raises what a database raises that is away."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._parts.pace.look):
                await self.changed.wait()
        self.changed.clear()
        tokens, self._tokens = self._tokens, set()
        everything = not tokens or EVERYTHING in tokens
        try:
            await self.look(None if everything else tokens)
        except DATABASE_AWAY:
            self.heard(EVERYTHING)
            raise

    async def look(self, tokens: Collection[str] | None = None) -> None:
        loaded = await armed_exits(self._parts.database.prepared, self._parts.shard, tokens)
        rules = await self._with_ends(loaded)
        before = self._exits.positions() if tokens is None else self._exits.positions_of(tokens)
        positions = before | {one.position_id for one in rules}
        self._found(self._exits.put(positions, rules, self._parts.clock()))

    async def _with_ends(self, loaded: Iterable[LoadedRule]) -> list[ArmedRule]:
        """The venue is asked about the end of markets that nobody wrote down yet."""
        loaded = list(loaded)
        missing = {
            one.market_id
            for one in loaded
            if one.armed.rule.kind == "before_resolution" and one.armed.guarded.market_ends_at is None
        }
        if missing:
            await self._ask_for_ends(missing)
        return [self._with_end(one) for one in loaded]

    def _with_end(self, one: LoadedRule) -> ArmedRule:
        end = self._ends.get(one.market_id)
        if one.armed.guarded.market_ends_at is not None or end is None:
            return one.armed
        return replace(one.armed, guarded=replace(one.armed.guarded, market_ends_at=end))

    async def _ask_for_ends(self, market_ids: set[str]) -> None:
        now = self._parts.clock()
        if market_ids <= self._ends.keys() and not older_than(self._ends_asked_at, ENDS_ASKED_EVERY, now):
            return
        self._ends_asked_at = now
        try:
            answer = await self._parts.markets.markets_by_id(sorted(market_ids))
        except VENUE_AWAY as error:
            log.warning("ends of markets could not be read", error=str(error)[:200])
            return
        self._ends.update(dict.fromkeys(market_ids))
        self._ends.update({market.id: market.end_at for market in answer.markets})
