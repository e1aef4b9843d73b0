"""What the words of a request change: a graph that was sent, a published version, or nothing."""

from dataclasses import dataclass
from uuid import UUID

from api.copilot.schemas import WriteDraft
from api.problem import not_found
from api.strategies.drawn_graph import drawn_graph
from api.strategies.version_settings import changed_settings, stored_settings
from api.versions.read_versions import version_graph
from db.repositories import strategy_views
from db.session import Database
from domain.graph.graph import Graph
from domain.strategy.settings import INTERVAL_DEFAULT_SECONDS, StrategySettings


@dataclass(frozen=True)
class DraftBase:
    """`number`: of the published version that `graph` is, else 0. `name`: of the strategy, empty without one."""

    graph: Graph | None
    settings: StrategySettings
    number: int = 0
    name: str = ""


async def draft_base(
    database: Database, user_id: UUID, request: WriteDraft, least_interval_seconds: int
) -> DraftBase:
    """Raises ApiProblem 404, and 422 invalid_graph for what is no graph at all."""
    base = DraftBase(
        None, StrategySettings(interval_seconds=max(INTERVAL_DEFAULT_SECONDS, least_interval_seconds))
    )
    if request.strategy_id is not None:
        base = await _published(database, user_id, request.strategy_id)
    settings = changed_settings(base.settings, request.settings, request.interval_seconds, None)
    if request.graph is None:
        return DraftBase(base.graph, settings, base.number, base.name)
    return DraftBase(Graph.model_validate(drawn_graph(request.graph).graph), settings, 0, base.name)


async def _published(database: Database, user_id: UUID, strategy_id: UUID) -> DraftBase:
    async with database.read() as session:
        record = await strategy_views.find_strategy(session, user_id, strategy_id)
    if record is None:
        raise not_found("strategy")
    return DraftBase(
        graph=version_graph(record.version),
        settings=stored_settings(record.version, record.strategy),
        number=record.version.number,
        name=record.strategy.name,
    )
