"""What users write about their strategies: settings, versions, the state they want."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.models import Order, Strategy, StrategyEvent, StrategyVersion, StrategyWallet
from db.session import WriteSession
from domain.strategy.settings import StrategySettings


async def insert_strategy(session: WriteSession, strategy: Strategy) -> bool:
    """Writes the strategy and its empty wallet. False when a strategy with this id exists: nothing was changed."""
    columns = {
        name: getattr(strategy, name)
        for name in (
            "id",
            "user_id",
            "name",
            "template_id",
            "interval_seconds",
            "error_after",
            "created_at",
            "updated_at",
            "last_activity_at",
        )
    }
    written = await session.scalar(
        insert(Strategy).values(columns).on_conflict_do_nothing(index_elements=["id"]).returning(Strategy.id)
    )
    if written is None:
        return False
    session.add(StrategyWallet(id=uuid4(), strategy_id=strategy.id, updated_at=strategy.created_at))
    await session.flush()
    return True


async def add_version(
    session: WriteSession,
    strategy_id: UUID,
    *,
    graph: dict[str, Any],
    settings: StrategySettings,
    template_id: str | None,
    parameters: dict[str, Any] | None,
    now: datetime,
) -> StrategyVersion:
    """The next version, not yet published. The caller holds the strategy's row lock or has just written it."""
    last = await session.scalar(
        select(func.coalesce(func.max(StrategyVersion.number), 0)).where(
            StrategyVersion.strategy_id == strategy_id
        )
    )
    version = StrategyVersion(
        id=uuid4(),
        strategy_id=strategy_id,
        number=(last or 0) + 1,
        graph=graph,
        settings=settings.model_dump(mode="json"),
        template_id=template_id,
        parameters=parameters,
        created_at=now,
    )
    session.add(version)
    await session.flush()
    return version


async def publish_version(
    session: WriteSession, version: StrategyVersion, settings: StrategySettings, now: datetime
) -> None:
    """Makes it the strategy's current version, and the strategy's own columns say what its settings say."""
    await session.execute(
        update(Strategy)
        .where(Strategy.id == version.strategy_id)
        .values(
            version_id=version.id,
            template_id=version.template_id,
            interval_seconds=settings.interval_seconds,
            error_after=settings.error_policy.error_after,
            updated_at=now,
        )
    )


async def lock_strategy(session: WriteSession, user_id: UUID, strategy_id: UUID) -> Strategy | None:
    """The row, locked until the transaction ends; None also when it belongs to somebody else."""
    return await session.scalar(
        select(Strategy)
        .where(Strategy.id == strategy_id, Strategy.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def lock_row(session: WriteSession, strategy_id: UUID) -> Strategy | None:
    """The row, locked until the transaction ends, whoever it belongs to: for the engine's own work."""
    return await session.get(Strategy, strategy_id, with_for_update=True, populate_existing=True)


async def has_open_orders(session: WriteSession, strategy_id: UUID) -> bool:
    return bool(
        await session.scalar(
            select(exists().where(Order.strategy_id == strategy_id, Order.final_at.is_(None)))
        )
    )


async def delete_strategy(session: WriteSession, strategy_id: UUID) -> None:
    """Deletes it with everything it wrote, except its events' stream numbers.

    Events are detached and pruned later: were the newest of them deleted, its number would be given a second time, and
    open pages would take the new event for one they have seen.
    """
    await session.execute(
        update(StrategyEvent)
        .where(StrategyEvent.strategy_id == strategy_id)
        .values(strategy_id=None, timeline=False)
    )
    await session.execute(update(Strategy).where(Strategy.id == strategy_id).values(version_id=None))
    await session.execute(delete(Strategy).where(Strategy.id == strategy_id))
