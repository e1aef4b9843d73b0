"""The active watchlist as an evaluation sees it."""

from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from db.prepared_statements import PreparedStatements
from domain.strategy.requests import WatchlistAnswer, WatchlistEntry

ENTRIES: TypeAdapter[tuple[WatchlistEntry, ...]] = TypeAdapter(tuple[WatchlistEntry, ...])
ANSWERS_KEPT = 5000

# One text for all entries: mostly it is the text of the execution before, and need not even be read.
ACTIVE = """
SELECT json_agg(
         json_build_object(
           'market_id', market_id, 'added_at', added_at, 'reason', coalesce(reason, ''),
           'price', metadata ->> 'price', 'volume', metadata ->> 'volume'
         ) ORDER BY added_at, market_id
       ) AS entries
FROM strategy_watchlists
WHERE strategy_id = $1 AND removed_at IS NULL AND (pinned OR expires_at IS NULL OR expires_at > $2)
"""


class ActiveWatchlists:
    """Shared by all evaluations of a worker. A list that did not change is the same answer object as before."""

    def __init__(self, prepared: PreparedStatements) -> None:
        self._prepared = prepared
        self._answers: OrderedDict[UUID, tuple[str, WatchlistAnswer]] = OrderedDict()

    async def read(self, strategy_id: UUID, now: datetime, cap: int | None) -> WatchlistAnswer:
        """Active entries that have not expired at `now`, oldest first, of a list that takes at most `cap`."""
        (row,) = await self._prepared.fetch(ACTIVE, strategy_id, now)
        entries: str = row["entries"] or "[]"
        known = self._answers.get(strategy_id)
        if known is None or known[0] != entries or known[1].cap != cap:
            known = (entries, WatchlistAnswer(entries=ENTRIES.validate_json(entries), cap=cap))
            self._answers[strategy_id] = known
            if len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        self._answers.move_to_end(strategy_id)
        return known[1]
