"""The versions of one strategy, one of them in full, and what differs between two."""

from uuid import UUID

from api.formulas.graph_problems import problems_of_draft
from api.page import Page, bad_cursor, decode_cursor, encode_cursor
from api.problem import not_found
from api.strategies.drawn_graph import problem_items
from api.strategies.version_settings import stored_settings
from api.versions.diff_versions import diff_versions
from api.versions.schemas import StrategyFile, VersionDetail, VersionDiff, VersionProblem, VersionRow
from db.models import Strategy, StrategyVersion
from db.repositories import strategy_views, versions
from db.session import Database, ReadSession
from domain.graph.graph import SCHEMA_VERSION, Graph
from domain.graph.upgrade_graph import upgrade_graph
from formulas.engine import FormulaEngine

NUMBER_MAX = 2**31 - 1


def version_row(version: StrategyVersion, strategy: Strategy) -> VersionRow:
    return VersionRow(
        id=version.id,
        number=version.number,
        created_at=version.created_at,
        published=version.id == strategy.version_id,
        template_id=version.template_id,
        nodes=len(version.graph["nodes"]),
    )


def version_graph(version: StrategyVersion) -> Graph:
    return Graph.model_validate(upgrade_graph(version.graph))


async def version_detail(
    version: StrategyVersion, strategy: Strategy, formulas: FormulaEngine | None
) -> VersionDetail:
    graph = version_graph(version)
    problems = await problems_of_draft(graph, formulas)
    return VersionDetail(
        **version_row(version, strategy).model_dump(),
        graph=graph,
        settings=stored_settings(version, strategy),
        problems=[
            VersionProblem(**item.model_dump(), severity=problem.severity)
            for item, problem in zip(problem_items(problems), problems, strict=True)
        ],
    )


async def _strategy(session: ReadSession, user_id: UUID, strategy_id: UUID) -> Strategy:
    record = await strategy_views.find_strategy(session, user_id, strategy_id)
    if record is None:
        raise not_found("strategy")
    return record.strategy


async def _version(session: ReadSession, strategy_id: UUID, number: int) -> StrategyVersion:
    version = await versions.numbered_version(session, strategy_id, number)
    if version is None:
        raise not_found("version")
    return version


async def list_versions(
    database: Database, user_id: UUID, strategy_id: UUID, *, limit: int, cursor: str | None
) -> Page[VersionRow]:
    """Raises ApiProblem 404."""
    key = decode_cursor(cursor, 1)
    if key is not None and not key[0].isdecimal():
        raise bad_cursor()
    before = min(int(key[0]), NUMBER_MAX) if key is not None else None
    async with database.read() as session:
        strategy = await _strategy(session, user_id, strategy_id)
        found = await versions.list_versions(session, strategy_id, before=before, limit=limit + 1)
    shown = found[:limit]
    return Page(
        items=[version_row(version, strategy) for version in shown],
        next_cursor=encode_cursor(shown[-1].number) if len(found) > limit else None,
    )


async def read_version(
    database: Database, user_id: UUID, strategy_id: UUID, number: int, formulas: FormulaEngine | None
) -> VersionDetail:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        strategy = await _strategy(session, user_id, strategy_id)
        version = await _version(session, strategy_id, number)
    return await version_detail(version, strategy, formulas)


async def compare_versions(
    database: Database, user_id: UUID, strategy_id: UUID, number: int, other: int
) -> VersionDiff:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        strategy = await _strategy(session, user_id, strategy_id)
        before = await _version(session, strategy_id, number)
        after = await _version(session, strategy_id, other)
    return diff_versions(
        (number, other),
        (version_graph(before), stored_settings(before, strategy)),
        (version_graph(after), stored_settings(after, strategy)),
    )


async def export_strategy(
    database: Database, user_id: UUID, strategy_id: UUID, number: int | None
) -> StrategyFile:
    """The published version, or version `number`. Raises ApiProblem 404."""
    async with database.read() as session:
        record = await strategy_views.find_strategy(session, user_id, strategy_id)
        if record is None:
            raise not_found("strategy")
        version = record.version if number is None else await _version(session, strategy_id, number)
    return StrategyFile(
        schema_version=SCHEMA_VERSION,
        name=record.strategy.name,
        graph=version_graph(version).model_dump(mode="json", exclude_none=True),
        settings=stored_settings(version, record.strategy).model_dump(mode="json"),
    )
