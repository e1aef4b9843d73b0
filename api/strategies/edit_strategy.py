"""Changes settings and graph; a changed graph becomes a new version, and the old ones stay as they were."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.parts import Source
from api.problem import not_found
from api.strategies.create_strategy import check_interval
from api.strategies.drawn_graph import DrawnGraph, from_graph
from api.strategies.from_template import from_template
from api.strategies.read_strategy import view_in
from api.strategies.schemas import EditStrategy, StrategyView
from api.tell_engine import tell
from api.temporal_gateway import TemporalGateway
from contracts.strategy import PublishVersion
from db.models import Strategy, StrategyVersion
from db.repositories import strategy_settings
from db.repositories.events import add_event
from db.session import Database, WriteSession


@dataclass(frozen=True)
class Edit:
    user_id: UUID
    strategy_id: UUID
    now: datetime
    source: Source
    min_interval_seconds: int


async def edit_strategy(
    database: Database, gateway: TemporalGateway, request: EditStrategy, edit: Edit
) -> StrategyView:
    """Raises ApiProblem 404, 422 invalid_graph and invalid_request."""
    drawn = _drawn(request)
    if request.interval_seconds is not None:
        check_interval(request.interval_seconds, edit.min_interval_seconds)
    async with database.write() as session:
        publish = await _write(session, request, edit, drawn)
    if publish is not None:
        # Lost when the engine is away, and harmless: every execution reads the current version.
        await tell(gateway.publish_version(edit.strategy_id, publish), edit.strategy_id)
    async with database.read() as session:
        return await view_in(session, edit.user_id, edit.strategy_id, edit.source, edit.now)


def _drawn(request: EditStrategy) -> DrawnGraph | None:
    if request.template is not None:
        return from_template(request.template)
    return from_graph(request.graph) if request.graph is not None else None


async def _write(
    session: WriteSession, request: EditStrategy, edit: Edit, drawn: DrawnGraph | None
) -> PublishVersion | None:
    """What a running workflow must be told; None when it does not run."""
    strategy = await strategy_settings.lock_strategy(session, edit.user_id, edit.strategy_id)
    if strategy is None or strategy.version_id is None:
        raise not_found("strategy")
    if request.name is not None:
        strategy.name = request.name
    if request.interval_seconds is not None:
        strategy.interval_seconds = request.interval_seconds
    if request.error_after is not None:
        strategy.error_after = request.error_after
    strategy.updated_at = edit.now
    await session.flush()
    version_id = strategy.version_id
    if drawn is not None and drawn.graph != await strategy_settings.version_graph(session, version_id):
        version = await _publish(session, strategy, drawn, edit.now)
        version_id = version.id
    if strategy.desired_state not in ("running", "paused"):
        return None
    return PublishVersion(
        version_id=version_id, name=strategy.name, interval_seconds=strategy.interval_seconds
    )


async def _publish(
    session: WriteSession, strategy: Strategy, drawn: DrawnGraph, now: datetime
) -> StrategyVersion:
    version = await strategy_settings.add_version(
        session,
        strategy.id,
        graph=drawn.graph,
        template_id=drawn.template_id,
        parameters=drawn.parameters,
        now=now,
    )
    await add_event(
        session,
        user_id=strategy.user_id,
        strategy_id=strategy.id,
        kind="version_published",
        message=f"Saved version {version.number}; it counts from the next execution",
        data={"number": version.number, "version_id": str(version.id)},
    )
    return version
