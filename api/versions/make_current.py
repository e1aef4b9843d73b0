"""Saving a version and making it the one that counts, in the caller's transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from api.strategies.drawn_graph import DrawnGraph
from api.strategies.version_settings import stored_settings
from db.models import Strategy, StrategyVersion
from db.repositories import strategy_settings
from db.repositories.events import add_event
from db.repositories.untold import Untold, untold_of
from db.repositories.versions import version_by_id
from db.session import WriteSession
from domain.strategy.schedule_window import next_open_slot
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
    opening = await _moved(session, strategy, settings, now)
    await strategy_settings.publish_version(session, version, settings, now)
    await session.refresh(strategy)
    if opening is not None:
        strategy.next_execution_at = opening
    await add_event(
        session,
        user_id=strategy.user_id,
        strategy_id=strategy.id,
        kind="version_published",
        message=f"{word} version {version.number}; it counts from the next execution",
        data={"number": version.number, "version_id": str(version.id)},
    )


async def _moved(
    session: WriteSession, strategy: Strategy, settings: StrategySettings, now: datetime
) -> datetime | None:
    """The first slot of a changed schedule, when the strategy waits for one of the old schedule."""
    waits_for = strategy.next_execution_at
    if strategy.status != "running" or waits_for is None or waits_for <= now or strategy.version_id is None:
        return None
    before = stored_settings(await version_by_id(session, strategy.version_id), strategy)
    if before.schedule == settings.schedule:
        return None
    return next_open_slot(strategy.id, timedelta(seconds=settings.interval_seconds), now, settings.schedule)


def word_to_engine(strategy: Strategy, waited_for: datetime | None, now: datetime) -> Untold | None:
    """What the running workflow is told after the commit; None when there is none. `waited_for`: its next execution
    before. The books remember it until `tell_published` knows that it was heard."""
    if strategy.desired_state not in ("running", "paused"):
        return None
    strategy.untold_at = now
    if strategy.next_execution_at != waited_for:
        strategy.untold_slot = strategy.next_execution_at
    return untold_of(strategy, now)
