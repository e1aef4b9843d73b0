"""Whether prices come live or by request, written down, and told to those with positions there when it changes."""

from datetime import datetime, timedelta

from activities.price_checks import PriceChecks
from activities.watch_parts import WatchParts, log
from db.repositories.armed_exits import holders_of
from db.repositories.events import add_events
from db.repositories.price_watches import FeedState, record_feed
from db.session import WriteSession
from domain.portfolio.watched_exits import WatchedExits


class FeedAlarm:
    """`look` often; it writes only what changed."""

    def __init__(self, parts: WatchParts, exits: WatchedExits, checks: PriceChecks) -> None:
        self._parts = parts
        self._exits = exits
        self._checks = checks
        self._written: tuple[FeedState, str | None, int] | None = None
        self._state: FeedState = "off"

    async def look(self) -> None:
        """Raises what a database raises that is away; the state counts at once all the same."""
        now = self._parts.clock()
        reason = self._reason(now)
        if self._written is None and reason is None and self._parts.feed.trouble is not None:
            # Not connected yet: an alarm of the watcher before this one is not over by that.
            return
        if reason is not None:
            self._state = "fallback"
        elif self._is_trusted(now):
            self._state = "live" if self._parts.feed.silent_since is not None else "off"
        self._checks.fallback = self._state == "fallback"
        tokens = len(self._exits.tokens())
        standing = (self._state, reason, tokens)
        if standing != self._written and not (self._state == "fallback" and reason is None):
            await self._write(reason, tokens, now)
            self._written = standing

    def _reason(self, now: datetime) -> str | None:
        feed, pace = self._parts.feed, self._parts.pace
        silent_since = feed.silent_since
        if silent_since is not None and now - silent_since > timedelta(seconds=pace.silence):
            return feed.trouble or f"no word from the feed for {pace.silence:g} s"
        frozen_at = self._checks.frozen_at
        if frozen_at is not None and now - frozen_at < timedelta(seconds=pace.trust):
            return "the feed stands still while prices move"
        return None

    def _is_trusted(self, now: datetime) -> bool:
        return self._state != "fallback" or self._parts.feed.trouble is None

    async def _write(self, reason: str | None, tokens: int, now: datetime) -> None:
        parts = self._parts
        async with parts.database.write() as session:
            before = await record_feed(
                session, parts.shard.number, parts.holder, self._state, reason, tokens, now
            )
            if before is None or (before == "fallback") == (self._state == "fallback"):
                return
            await self._tell(session, reason)

    async def _tell(self, session: WriteSession, reason: str | None) -> None:
        silent = self._state == "fallback"
        log.warning("feed silent" if silent else "feed back", reason=reason)
        message = (
            f"Live prices are silent ({reason}). Exits go on: prices are asked for every "
            f"{self._parts.pace.read:g} seconds."
            if silent
            else "Live prices are back."
        )
        users = await holders_of(self._parts.database.prepared, self._exits.positions())
        await add_events(
            session,
            [
                {
                    "user_id": str(user),
                    "strategy_id": None,
                    "kind": "feed_silent" if silent else "feed_back",
                    "message": message,
                    "data": {"shard": self._parts.shard.number, "reason": reason},
                    "timeline": True,
                }
                for user in users
            ],
        )
