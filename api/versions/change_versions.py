"""Saves drafts, publishes versions, and brings old ones back."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from api.formulas.graph_problems import problems_to_run
from api.problem import not_found
from api.strategies.drawn_graph import DrawnGraph, drawn_graph, graph_json, refuse_faults
from api.strategies.edit_strategy import Edit
from api.strategies.from_template import from_template
from api.strategies.read_strategy import view_in
from api.strategies.schemas import StrategyView
from api.strategies.version_settings import changed_settings, check_settings, stored_settings
from api.tell_engine import tell_published
from api.temporal_gateway import TemporalGateway
from api.versions.make_current import make_current, save_version, word_to_engine
from api.versions.read_versions import version_detail, version_graph
from api.versions.schemas import SaveVersion, VersionDetail
from db.models import Strategy, StrategyVersion
from db.repositories.events import add_event
from db.repositories.exit_adoption import adopt_version
from db.repositories.strategy_settings import lock_strategy
from db.repositories.strategy_views import find_strategy
from db.repositories.versions import numbered_version, version_by_id
from db.session import Database, WriteSession
from domain.graph.attached_rules import attached_rules

Made = TypeVar("Made")


async def save_draft(database: Database, request: SaveVersion, edit: Edit) -> VersionDetail:
    """Raises ApiProblem 404, 422 invalid_graph when it is no graph at all. Faults of its meaning are in the answer."""
    drawn = from_template(request.template) if request.template is not None else None
    if request.graph is not None:
        drawn = drawn_graph(request.graph)
    async with database.write() as session:
        strategy = await _locked(session, edit)
        base = await _numbered(session, strategy, request.based_on)
        settings = changed_settings(
            stored_settings(base, strategy), request.settings, request.interval_seconds, request.error_after
        )
        drawn = drawn or DrawnGraph(base.graph, base.template_id, base.parameters)
        version = await save_version(session, strategy.id, drawn, settings, edit.now)
    return await version_detail(version, strategy, edit.formulas)


async def publish_version(
    database: Database, gateway: TemporalGateway, number: int, edit: Edit, *, adopt: bool = False
) -> StrategyView:
    """Publishing what is published changes nothing, except that with `adopt` open positions take its exits.

    Raises ApiProblem 404, 422 when the version cannot run, 503 while nobody can read its formulas.
    """
    await _refuse_what_cannot_run(database, number, edit, unless_published=True)

    async def publish(session: WriteSession, strategy: Strategy) -> None:
        version = await _numbered(session, strategy, number)
        if version.id != strategy.version_id:
            await _publish(session, strategy, version, edit, word="Published")
        if adopt:
            await _adopt(session, strategy, version, edit)

    await _change(database, gateway, edit, publish)
    async with database.read() as session:
        return await view_in(session, edit.user_id, edit.strategy_id, edit.source, edit.now)


async def restore_version(
    database: Database, gateway: TemporalGateway, number: int, edit: Edit, *, publish: bool
) -> VersionDetail:
    """A copy of an old version under a new number. Raises ApiProblem 404, 422 when it is to run and cannot, 503 while
    nobody can read its formulas."""
    if publish:
        await _refuse_what_cannot_run(database, number, edit, unless_published=False)

    async def restore(session: WriteSession, strategy: Strategy) -> tuple[StrategyVersion, Strategy]:
        old = await _numbered(session, strategy, number)
        drawn = DrawnGraph(graph_json(version_graph(old)), old.template_id, old.parameters)
        settings = stored_settings(old, strategy)
        version = await save_version(session, strategy.id, drawn, settings, edit.now)
        if publish:
            await _publish(session, strategy, version, edit, word=f"Restored version {number} as")
        return version, strategy

    version, strategy = await _change(database, gateway, edit, restore)
    return await version_detail(version, strategy, edit.formulas)


async def _refuse_what_cannot_run(
    database: Database, number: int, edit: Edit, *, unless_published: bool
) -> None:
    """Before any lock is taken: versions never change, and reading formulas takes its time. What is not there is left to
    the work itself."""
    async with database.read() as session:
        record = await find_strategy(session, edit.user_id, edit.strategy_id)
        version = await numbered_version(session, edit.strategy_id, number) if record is not None else None
    if version is None or record is None or (unless_published and version.id == record.version.id):
        return
    refuse_faults(await problems_to_run(version_graph(version), edit.formulas))


async def _change(
    database: Database,
    gateway: TemporalGateway,
    edit: Edit,
    work: Callable[[WriteSession, Strategy], Awaitable[Made]],
) -> Made:
    """One transaction; then the engine is told, if the work published something."""
    async with database.write() as session:
        strategy = await _locked(session, edit)
        before, waited_for = strategy.version_id, strategy.next_execution_at
        made = await work(session, strategy)
        changed = strategy.version_id != before
        word = word_to_engine(strategy, waited_for, edit.now) if changed else None
    if word is not None:
        await tell_published(database, gateway, word)
    return made


async def _publish(
    session: WriteSession, strategy: Strategy, version: StrategyVersion, edit: Edit, *, word: str
) -> None:
    settings = stored_settings(version, strategy)
    check_settings(settings, edit.min_interval_seconds, strategy.id, edit.now)
    await make_current(session, strategy, version, settings, edit.now, word=word)


async def _adopt(session: WriteSession, strategy: Strategy, version: StrategyVersion, edit: Edit) -> None:
    rules = attached_rules(version_graph(version))
    count = await adopt_version(session, strategy.id, version.id, rules, edit.now)
    if count:
        what = "1 open position has" if count == 1 else f"{count} open positions have"
        await add_event(
            session,
            user_id=strategy.user_id,
            strategy_id=strategy.id,
            kind="exits_changed",
            message=f"{what} the exits of version {version.number} now",
            data={"number": version.number, "version_id": str(version.id), "positions": count},
        )


async def _locked(session: WriteSession, edit: Edit) -> Strategy:
    strategy = await lock_strategy(session, edit.user_id, edit.strategy_id)
    if strategy is None or strategy.version_id is None:
        raise not_found("strategy")
    return strategy


async def _numbered(session: WriteSession, strategy: Strategy, number: int | None) -> StrategyVersion:
    """The published one when no number is given."""
    if number is None:
        assert strategy.version_id is not None, "checked when it was locked"
        return await version_by_id(session, strategy.version_id)
    version = await numbered_version(session, strategy.id, number)
    if version is None:
        raise not_found("version")
    return version
