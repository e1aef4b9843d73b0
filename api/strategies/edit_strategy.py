"""Changes settings and graph; a changed graph becomes a new version, and the old ones stay as they were."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.parts import Source
from api.problem import not_found
from api.strategies.drawn_graph import DrawnGraph
from api.strategies.read_strategy import view_in
from api.strategies.runnable_graph import graph_to_run
from api.strategies.schemas import EditStrategy, StrategyView
from api.strategies.version_settings import changed_settings, check_settings, stored_settings
from api.tell_engine import tell_published
from api.temporal_gateway import TemporalGateway
from api.versions.make_current import make_current, save_version, word_to_engine
from db.repositories import strategy_settings
from db.repositories.untold import Untold
from db.repositories.versions import version_by_id
from db.session import Database, WriteSession
from formulas.engine import FormulaEngine


@dataclass(frozen=True)
class Edit:
    user_id: UUID
    strategy_id: UUID
    now: datetime
    source: Source
    min_interval_seconds: int
    formulas: FormulaEngine | None = None


async def edit_strategy(
    database: Database, gateway: TemporalGateway, request: EditStrategy, edit: Edit
) -> StrategyView:
    """Raises ApiProblem 404, 422 invalid_graph and invalid_request."""
    drawn = await graph_to_run(request.template, request.graph, edit.formulas)
    async with database.write() as session:
        publish = await _write(session, request, edit, drawn)
    if publish is not None:
        await tell_published(database, gateway, publish)
    async with database.read() as session:
        return await view_in(session, edit.user_id, edit.strategy_id, edit.source, edit.now)


async def _write(
    session: WriteSession, request: EditStrategy, edit: Edit, drawn: DrawnGraph | None
) -> Untold | None:
    """What a running workflow must be told; None when it does not run."""
    strategy = await strategy_settings.lock_strategy(session, edit.user_id, edit.strategy_id)
    if strategy is None or strategy.version_id is None:
        raise not_found("strategy")
    waited_for = strategy.next_execution_at
    current = await version_by_id(session, strategy.version_id)
    before = stored_settings(current, strategy)
    settings = changed_settings(before, request.settings, request.interval_seconds, request.error_after)
    if settings != before or request.interval_seconds is not None:
        check_settings(settings, edit.min_interval_seconds, strategy.id, edit.now)
    if request.name is not None:
        strategy.name = request.name
    strategy.updated_at = edit.now
    await session.flush()
    if settings != before or (drawn is not None and drawn.graph != current.graph):
        drawn = drawn or DrawnGraph(current.graph, current.template_id, current.parameters)
        version = await save_version(session, strategy.id, drawn, settings, edit.now)
        await make_current(session, strategy, version, settings, edit.now, word="Saved")
    return word_to_engine(strategy, waited_for, edit.now)
