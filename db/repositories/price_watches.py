"""The lease of one shard of prices: whoever holds it watches; and how the feed of each shard is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select, text, update

from db.models import PriceWatch
from db.session import ReadSession, WriteSession

LEASE_SECONDS = 4
"""A killed holder's shard is free after this. Counted by the database's clock, which all workers share."""

GRACE_SECONDS = 20
"""A watch is passed on within this; only then its absence is trouble."""

FeedState = Literal["off", "live", "fallback"]

# A watcher that died is noticed only where somebody relies on it.
TROUBLE = text(
    """
    SELECT watch.feed_reason AS reason, watch.feed,
           EXISTS (
             SELECT FROM positions AS position JOIN position_exits AS rule ON rule.position_id = position.id
             WHERE position.closed_at IS NULL AND position.source = :source AND rule.state = 'armed'
           ) AS relied_on
    FROM (SELECT) AS one
    LEFT JOIN price_watches AS watch ON watch.lease_until > now() - make_interval(secs => :grace)
    ORDER BY watch.feed = 'fallback' DESC NULLS LAST LIMIT 1
    """
)

TAKE = text(
    """
    INSERT INTO price_watches AS watch (shard, holder, lease_until)
    VALUES (:shard, :holder, now() + make_interval(secs => :seconds))
    ON CONFLICT (shard) DO UPDATE
    SET holder = excluded.holder, lease_until = excluded.lease_until, updated_at = now()
    WHERE watch.holder IS NULL OR watch.holder = excluded.holder OR watch.lease_until < now()
    RETURNING watch.shard
    """
)


async def take_lease(session: WriteSession, shard: int, holder: str) -> bool:
    """Takes it or holds it on. False: somebody else has it."""
    row = await session.execute(TAKE, {"shard": shard, "holder": holder, "seconds": LEASE_SECONDS})
    return row.first() is not None


async def last_alive(session: ReadSession, shard: int) -> datetime | None:
    """When somebody last held the shard's lease; None: nobody ever did."""
    return await session.scalar(select(PriceWatch.updated_at).where(PriceWatch.shard == shard))


async def give_back_lease(session: WriteSession, shard: int, holder: str) -> None:
    """The next one need not wait. Nothing happens when somebody else has it already."""
    await session.execute(
        update(PriceWatch)
        .where(PriceWatch.shard == shard, PriceWatch.holder == holder)
        .values(holder=None, lease_until=None, feed="off", feed_reason=None, feed_since=text("now()"))
    )


async def record_feed(
    session: WriteSession,
    shard: int,
    holder: str,
    feed: FeedState,
    reason: str | None,
    tokens: int,
    since: datetime,
) -> FeedState | None:
    """How the feed is now; only the holder may say so. The state it was in before; None: not the holder any more."""
    row = await session.scalar(
        select(PriceWatch).where(PriceWatch.shard == shard, PriceWatch.holder == holder).with_for_update()
    )
    if row is None:
        return None
    before: FeedState = row.feed  # type: ignore[assignment]
    if before != feed:
        row.feed, row.feed_since = feed, since
    row.feed_reason, row.tokens, row.updated_at = reason, tokens, since
    await session.flush()
    return before


async def watch_trouble(session: ReadSession, source: str) -> str | None:
    """None: prices of open positions with exit rules come live, or there are none to watch."""
    row = (await session.execute(TROUBLE, {"source": source, "grace": GRACE_SECONDS})).one()
    if row.feed == "fallback":
        return f"asked for instead of told: {row.reason or 'the feed is silent'}"
    return "nobody watches them" if row.feed is None and row.relied_on else None


async def read_watches(session: ReadSession) -> Sequence[PriceWatch]:
    """By shard."""
    return list(await session.scalars(select(PriceWatch).order_by(PriceWatch.shard)))
