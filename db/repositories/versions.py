"""Versions of a strategy as stored."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from db.models import StrategyVersion
from db.session import ReadSession, WriteSession


async def list_versions(
    session: ReadSession, strategy_id: UUID, *, before: int | None, limit: int
) -> Sequence[StrategyVersion]:
    """Newest first, older than number `before`."""
    query = select(StrategyVersion).where(StrategyVersion.strategy_id == strategy_id)
    if before is not None:
        query = query.where(StrategyVersion.number < before)
    rows = await session.scalars(query.order_by(StrategyVersion.number.desc()).limit(limit))
    return list(rows)


async def numbered_version(
    session: ReadSession | WriteSession, strategy_id: UUID, number: int
) -> StrategyVersion | None:
    return await session.scalar(
        select(StrategyVersion).where(
            StrategyVersion.strategy_id == strategy_id, StrategyVersion.number == number
        )
    )


async def version_by_id(session: ReadSession | WriteSession, version_id: UUID) -> StrategyVersion:
    """Raises NoResultFound."""
    return await session.get_one(StrategyVersion, version_id)
