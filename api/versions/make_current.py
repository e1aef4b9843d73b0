"""Saving a version and making it the one that counts, in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from api.strategies.drawn_graph import DrawnGraph
from contracts.strategy import PublishVersion
from db.models import Strategy, StrategyVersion
from db.repositories import strategy_settings
from db.repositories.events import add_event
from db.session import WriteSession
from domain.strategy.settings import StrategySettings


async def save_version(
    session: WriteSession, strategy_id: UUID, drawn: DrawnGraph, settings: StrategySettings, now: datetime
) -> StrategyVersion:
    """The next number, not published. The caller holds the strategy's row lock."""
    return await strategy_settings.add_version(
        session,
        strategy_id,
        graph=drawn.graph,
        settings=settings,
        template_id=drawn.template_id,
        parameters=drawn.parameters,
        now=now,
    )


async def make_current(
    session: WriteSession,
    strategy: Strategy,
    version: StrategyVersion,
    settings: StrategySettings,
    now: datetime,
    *,
    word: str,
) -> None:
    """Executions from the next one on are made of it. The caller has checked graph and settings."""
    await strategy_settings.publish_version(session, version, settings, now)
    await session.refresh(strategy)
    await add_event(
        session,
        user_id=strategy.user_id,
        strategy_id=strategy.id,
        kind="version_published",
        message=f"{word} version {version.number}; it counts from the next execution",
        data={"number": version.number, "version_id": str(version.id)},
    )


def word_to_engine(strategy: Strategy) -> PublishVersion | None:
    """What the running workflow is told after the commit; None when there is none."""
    if strategy.desired_state not in ("running", "paused") or strategy.version_id is None:
        return None
    return PublishVersion(
        version_id=strategy.version_id, name=strategy.name, interval_seconds=strategy.interval_seconds
    )
