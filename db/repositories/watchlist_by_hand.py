"""What people do to a watchlist, besides taking entries off: adding a market and pinning an entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import select, update

from db.models import StrategyWatchlist
from db.repositories.watchlist import expiry
from db.session import WriteSession
from domain.market.market import Market
from domain.money import plain
from domain.strategy.settings import WatchlistRules


@dataclass(frozen=True, slots=True)
class HandAdded:
    """A market somebody wants on the watchlist, as the venue describes it now."""

    market: Market
    reason: str
    now: datetime


async def add_by_hand(
    session: WriteSession, strategy_id: UUID, wanted: HandAdded, rules: WatchlistRules
) -> StrategyWatchlist | Literal["already", "full"]:
    """The caller holds the strategy's row lock and took off what has expired."""
    market, now = wanted.market, wanted.now
    active = await session.scalars(
        select(StrategyWatchlist.market_id).where(
            StrategyWatchlist.strategy_id == strategy_id, StrategyWatchlist.removed_at.is_(None)
        )
    )
    on_it = set(active)
    if market.id in on_it:
        return "already"
    if len(on_it) >= rules.cap:
        return "full"
    numbers = {
        "price": market.price,
        "volume": market.volume,
        "liquidity": market.liquidity,
        "spread": market.spread,
    }
    entry = StrategyWatchlist(
        id=uuid4(),
        strategy_id=strategy_id,
        market_id=market.id,
        question=market.question,
        added_at=now,
        reason=wanted.reason,
        expires_at=expiry(rules, now, market.end_at),
        pinned=False,
        verdicts={},
        details={name: plain(value) for name, value in numbers.items() if value is not None},
    )
    session.add(entry)
    await session.flush()
    return entry


async def pin_entry(
    session: WriteSession, strategy_id: UUID, entry_id: UUID, *, pinned: bool
) -> StrategyWatchlist | None:
    """The entry as it is now; None when there is no such active entry."""
    return await session.scalar(
        update(StrategyWatchlist)
        .where(
            StrategyWatchlist.id == entry_id,
            StrategyWatchlist.strategy_id == strategy_id,
            StrategyWatchlist.removed_at.is_(None),
        )
        .values(pinned=pinned)
        .returning(StrategyWatchlist)
    )
