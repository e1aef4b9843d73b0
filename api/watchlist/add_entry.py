"""A person puts a market on the watchlist."""

import asyncio
from datetime import datetime
from uuid import UUID

from api.parts import ApiParts
from api.problem import ApiProblem, ProblemItem, conflict, not_found, unavailable
from api.strategies.read_strategy import require_strategy
from api.strategies.version_settings import stored_settings
from api.tell_engine import tell
from api.watchlist.read_watchlist import entry_view
from api.watchlist.schemas import AddEntry, WatchlistEntryView
from db.models import Strategy
from db.repositories import watchlist
from db.repositories.counts import strategy_counts
from db.repositories.events import add_event
from db.repositories.strategy_settings import lock_strategy
from db.repositories.versions import version_by_id
from db.repositories.watchlist_by_hand import HandAdded, add_by_hand
from db.session import WriteSession
from domain.market.market import Market
from exchange.ports import MarketData

REASON = "added by hand"
SECONDS_MAX = 15.0


async def add_entry(
    parts: ApiParts, user_id: UUID, strategy_id: UUID, request: AddEntry, now: datetime
) -> WatchlistEntryView:
    """Raises ApiProblem 404, 409 already_on_watchlist and watchlist_full, 422 for a market that is not open."""
    async with parts.database.read() as session:
        await require_strategy(session, user_id, strategy_id)
    # Before the transaction: nobody holds a lock while the venue thinks.
    market = await _open_market(parts.market_data, request.market_id)
    wanted = HandAdded(market, request.reason or REASON, now)
    async with parts.database.write() as session:
        strategy = await lock_strategy(session, user_id, strategy_id)
        if strategy is None or strategy.version_id is None:
            raise not_found("strategy")
        view = await _add(session, strategy, strategy.version_id, wanted)
        counts = await strategy_counts(session, strategy_id)
        alive = strategy.desired_state in ("running", "paused")
    if alive:
        await tell(parts.gateway.counts_changed(strategy_id, counts), strategy_id)
    return view


async def _open_market(market_data: MarketData, market_id: str) -> Market:
    try:
        async with asyncio.timeout(SECONDS_MAX):
            answer = await market_data.markets_by_id([market_id])
    except TimeoutError:
        raise unavailable("The venue takes too long to answer.", 5) from None
    found = next((market for market in answer.markets if market.id == market_id), None)
    if found is None:
        raise _refused("unknown_market", f"There is no market “{market_id}”.")
    if found.closed:
        raise _refused("closed_market", f"“{found.question}” is closed.")
    return found


async def _add(
    session: WriteSession, strategy: Strategy, version_id: UUID, wanted: HandAdded
) -> WatchlistEntryView:
    for expired in await watchlist.expire_entries(session, strategy.id, wanted.now):
        gone = f"“{expired.question}” left the watchlist: {expired.reason}"
        await _tell_pages(session, strategy, "watchlist_removed", gone, expired.market_id)
    rules = stored_settings(await version_by_id(session, version_id), strategy).watchlist
    entry = await add_by_hand(session, strategy.id, wanted, rules)
    if entry == "already":
        raise conflict("already_on_watchlist", f"“{wanted.market.question}” is on the watchlist already.")
    if entry == "full":
        raise conflict("watchlist_full", f"The watchlist is full: it takes {rules.cap} markets.")
    message = f"Added “{entry.question}” to the watchlist by hand: {entry.reason}"
    await _tell_pages(session, strategy, "watchlist_added", message, entry.market_id)
    strategy.last_activity_at = wanted.now
    await session.flush()
    return entry_view(entry)


async def _tell_pages(
    session: WriteSession, strategy: Strategy, kind: str, message: str, market_id: str
) -> None:
    await add_event(
        session,
        user_id=strategy.user_id,
        strategy_id=strategy.id,
        kind=kind,
        message=message,
        data={"market_id": market_id},
    )


def _refused(code: str, message: str) -> ApiProblem:
    item = ProblemItem(field="market_id", code=code, message=message)
    return ApiProblem(422, "invalid_request", message, errors=[item])
