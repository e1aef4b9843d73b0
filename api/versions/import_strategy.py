"""A new strategy from a file that an export wrote, here or elsewhere, with this version or an older one."""

from pydantic import ValidationError

from api.problem import ApiProblem, ProblemItem
from api.strategies.create_strategy import Creation, NewStrategy, write_strategy
from api.strategies.runnable_graph import graph_to_run
from api.strategies.schemas import StrategyView
from api.temporal_gateway import TemporalGateway
from api.versions.schemas import ImportStrategy
from db.session import Database
from domain.errors import InvalidValue
from domain.graph.upgrade_graph import NewerSchema, upgrade_graph
from domain.strategy.settings import StrategySettings

MESSAGE_MAX = 300


async def import_strategy(
    database: Database, gateway: TemporalGateway, request: ImportStrategy, creation: Creation
) -> StrategyView:
    """A draft. Raises ApiProblem 422 for a newer schema, and for graph and settings that cannot run."""
    try:
        graph = upgrade_graph({**request.graph, "schema_version": request.schema_version})
    except InvalidValue as error:
        code = "newer_schema" if isinstance(error, NewerSchema) else "unknown_schema"
        item = ProblemItem(field="schema_version", code=code, message=str(error))
        raise ApiProblem(422, "invalid_request", str(error), errors=[item]) from error
    drawn = await graph_to_run(None, graph, creation.formulas)
    assert drawn is not None, "a file has a graph"
    new = NewStrategy(request.name, request.allocation, drawn, _settings(request))
    return await write_strategy(database, gateway, new, creation)


def _settings(request: ImportStrategy) -> StrategySettings:
    try:
        return StrategySettings.model_validate(request.settings)
    except ValidationError as error:
        items = [
            ProblemItem(
                field=".".join(["settings", *(str(part) for part in fault["loc"])]),
                code=fault["type"],
                message=fault["msg"].removeprefix("Value error, ")[:MESSAGE_MAX],
            )
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        detail = f"{items[0].field}: {items[0].message}"
        raise ApiProblem(422, "invalid_request", detail, errors=items) from error
