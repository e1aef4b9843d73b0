"""What was published and the running workflow has not confirmed: it is told again until it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from contracts.strategy import PublishVersion
from db.models import Strategy
from db.session import ReadSession, WriteSession


@dataclass(frozen=True)
class Untold:
    """`publish` as the books say now; `since` tells this publication from later ones."""

    strategy_id: UUID
    since: datetime
    publish: PublishVersion


def untold_of(strategy: Strategy, now: datetime) -> Untold | None:
    """A slot that came or was moved since is not told: the workflow would execute it a second time."""
    if strategy.untold_at is None or strategy.version_id is None:
        return None
    slot = strategy.untold_slot
    stands = slot is not None and slot == strategy.next_execution_at and slot > now
    publish = PublishVersion(
        version_id=strategy.version_id,
        name=strategy.name,
        interval_seconds=strategy.interval_seconds,
        next_execution_at=slot if stands else None,
    )
    return Untold(strategy.id, strategy.untold_at, publish)


async def untold_strategies(session: ReadSession, now: datetime) -> Sequence[Untold]:
    """Of every strategy that a workflow must exist for."""
    rows = await session.scalars(
        select(Strategy).where(
            Strategy.desired_state.in_(("running", "paused")), Strategy.untold_at.is_not(None)
        )
    )
    return [untold for row in rows if (untold := untold_of(row, now)) is not None]


async def mark_told(session: WriteSession, told: Untold) -> None:
    """What was published meanwhile stays untold."""
    await session.execute(
        update(Strategy)
        .where(Strategy.id == told.strategy_id, Strategy.untold_at == told.since)
        .values(untold_at=None, untold_slot=None)
    )
