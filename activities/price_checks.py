"""What is known of prices: what the feed says, compared with what the venue answers where the feed says nothing."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from activities.watch_parts import VENUE_AWAY, WatchParts, log, older_than
from domain.market.answers import BookAnswer
from domain.market.live_book import LiveBook
from domain.market.order_book import OrderBook
from domain.portfolio.watched_exits import Trigger, WatchedExits

READ_AGE = timedelta(seconds=1)

Found = Callable[[Iterable[Trigger]], None]
Missed = Callable[[str, datetime, datetime], None]
"""Of this token nothing was known between the two."""


class PriceChecks:
    """Tells `exits` the best bids, `found` what they trigger, and `missed` when they were unknown."""

    def __init__(self, parts: WatchParts, exits: WatchedExits, found: Found, missed: Missed) -> None:
        self.fallback = False
        """Every price is read by request."""
        self.frozen_at: datetime | None = None
        """When the feed was last seen standing still."""
        self._parts = parts
        self._exits = exits
        self._found = found
        self._missed = missed
        self._confirmed: dict[str, datetime] = {}
        self._doubts: dict[str, datetime] = {}
        self._restarted_at: datetime | None = None

    def feed_said(self, book: LiveBook) -> None:
        token, at = book.token_id, self._parts.clock()
        if not self._exits.watches(token):
            return
        self._confirm(token, at)
        self._doubts.pop(token, None)
        self._found(self._exits.on_bid(token, book.best_bid, at))

    def _confirm(self, token: str, at: datetime) -> None:
        before = self._confirmed.get(token)
        self._confirmed[token] = at
        if before is not None:
            self._missed(token, before, at)

    def forget(self, wanted: Collection[str]) -> None:
        """Only these tokens matter from now on."""
        for known in (self._confirmed, self._doubts):
            for token in known.keys() - wanted:
                del known[token]

    async def round(self) -> None:
        """Reads what the feed does not show: all of it in fallback, else what is unknown or quiet."""
        now = self._parts.clock()
        await self.read(self._worth_reading(now))
        self._lose_what_nobody_confirms()
        self._give_up_a_frozen_feed()

    def _worth_reading(self, now: datetime) -> list[str]:
        tokens, quiet = self._exits.tokens(), self._parts.pace.quiet
        if self.fallback:
            return sorted(tokens)
        return sorted(
            token
            for token in tokens
            if self._parts.feed.book(token) is None
            or token in self._doubts
            or older_than(self._confirmed.get(token), quiet, now)
        )

    async def confirm_due(self, now: datetime) -> None:
        """What is about to sell because it held for long enough is looked at once more, unless it was just confirmed.

        A venue that does not answer soon is not waited for, since rules by the clock are due too: a price that only the
        venue would tell counts as unknown then.
        """
        seconds = self._parts.pace.read
        stale = [token for token in self._exits.due_tokens(now) if self._is_stale(token, now)]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.read(stale)
        for token in stale:
            if self._is_stale(token, now) and (self.fallback or self._parts.feed.book(token) is None):
                self._exits.lose_sight([token], self._confirmed.get(token, now))

    def _is_stale(self, token: str, now: datetime) -> bool:
        return older_than(self._confirmed.get(token), self._parts.pace.read, now)

    async def read(self, tokens: Collection[str]) -> None:
        """By request; a venue that does not answer leaves things as they are known."""
        if not tokens:
            return
        try:
            answers = await self._parts.markets.books(list(tokens), READ_AGE)
        except VENUE_AWAY as error:
            log.warning("prices could not be read", tokens=len(tokens), error=str(error)[:200])
            return
        for token, answer in answers.items():
            self._take(token, answer)

    def _take(self, token: str, answer: BookAnswer) -> None:
        live, at = self._parts.feed.book(token), self._parts.clock()
        self._confirm(token, at)
        if live is not None and not _is_newer(answer.book, live):
            self._doubts.pop(token, None)
            self._found(self._exits.on_bid(token, live.best_bid, at))
            return
        read = answer.book.best_bid if answer.book is not None else None
        if live is not None and answer.book is not None and _differ(answer.book, live):
            self._doubts.setdefault(token, at)
        else:
            self._doubts.pop(token, None)
        self._found(self._exits.on_bid(token, read, at))

    def _lose_what_nobody_confirms(self) -> None:
        """Neither asked nor told: such a price may be anything by now."""
        now, pace = self._parts.clock(), self._parts.pace
        feed_works = self._parts.feed.trouble is None and not self.fallback
        for token in self._exits.tokens():
            confirmed = self._confirmed.get(token)
            if feed_works and self._parts.feed.book(token) is not None:
                continue
            if confirmed is not None and older_than(confirmed, pace.silence, now):
                self._exits.lose_sight([token], confirmed)

    def _give_up_a_frozen_feed(self) -> None:
        now, pace = self._parts.clock(), self._parts.pace
        behind = [token for token, since in self._doubts.items() if older_than(since, pace.frozen, now)]
        if not behind:
            return
        self.frozen_at = now
        if older_than(self._restarted_at, pace.restart, now):
            self._restarted_at = now
            self._parts.feed.start_again(behind, "the feed stands still while prices move")


def _is_newer(read: OrderBook | None, live: LiveBook) -> bool:
    """A book that is gone is news, too."""
    if read is None or live.venue_time is None or read.venue_time is None:
        return True
    return read.venue_time > live.venue_time


def _differ(read: OrderBook, live: LiveBook) -> bool:
    return (read.best_bid, read.best_ask) != (live.best_bid, live.best_ask)
