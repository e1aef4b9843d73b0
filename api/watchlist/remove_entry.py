"""A person takes a market off the watchlist."""

from datetime import datetime
from uuid import UUID

from api.problem import not_found
from api.tell_engine import tell
from api.temporal_gateway import TemporalGateway
from db.repositories import watchlist
from db.repositories.counts import strategy_counts
from db.repositories.events import add_event
from db.repositories.strategy_settings import lock_strategy
from db.session import Database

REASON = "Removed by hand"


async def remove_entry(
    database: Database,
    gateway: TemporalGateway,
    user_id: UUID,
    strategy_id: UUID,
    entry_id: UUID,
    now: datetime,
) -> None:
    """Raises ApiProblem 404, also for an entry that was removed before."""
    async with database.write() as session:
        # The same lock as the engine's: an execution that is recording sees the entry or its removal, never half.
        strategy = await lock_strategy(session, user_id, strategy_id)
        if strategy is None:
            raise not_found("strategy")
        question = await watchlist.remove_entry(session, strategy_id, entry_id, "user", REASON, now)
        if question is None:
            raise not_found("watchlist entry")
        strategy.last_activity_at = now
        await add_event(
            session,
            user_id=user_id,
            strategy_id=strategy_id,
            kind="watchlist_removed",
            message=f"Removed “{question}” from the watchlist by hand",
            data={"entry_id": str(entry_id)},
        )
        await session.flush()
        counts = await strategy_counts(session, strategy_id)
        alive = strategy.desired_state in ("running", "paused")
    if alive:
        await tell(gateway.counts_changed(strategy_id, counts), strategy_id)
