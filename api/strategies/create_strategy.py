"""Creates a strategy from a template or a graph, and starts it when asked to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.parts import Source
from api.problem import ApiProblem, ProblemItem
from api.strategies.drawn_graph import DrawnGraph, from_graph
from api.strategies.from_template import from_template
from api.strategies.read_strategy import view_in
from api.strategies.schemas import CreateStrategy, StrategyView
from api.strategies.want_state import want_running
from api.tell_engine import tell_start
from api.temporal_gateway import TemporalGateway
from db.models import Strategy
from db.repositories import strategy_settings
from db.repositories.events import add_event
from db.session import Database, WriteSession

INTERVAL_DEFAULT = 300


@dataclass(frozen=True)
class Creation:
    """Who creates, under which id, when; `min_interval_seconds` is the operator's limit."""

    user_id: UUID
    strategy_id: UUID
    now: datetime
    source: Source
    min_interval_seconds: int


def check_interval(seconds: int, least: int) -> None:
    """Raises ApiProblem when the operator does not allow an interval this short."""
    if seconds < least:
        message = f"The shortest interval here is {least} seconds; {seconds} is too short."
        raise ApiProblem(
            422,
            "invalid_request",
            message,
            errors=[ProblemItem(field="interval_seconds", code="too_short", message=message)],
        )


async def create_strategy(
    database: Database, gateway: TemporalGateway, request: CreateStrategy, creation: Creation
) -> StrategyView:
    """A request repeated under the same id answers what it made the first time."""
    drawn = from_template(request.template) if request.template else from_graph(request.graph or {})
    interval = request.interval_seconds or max(
        drawn.interval_seconds or INTERVAL_DEFAULT, creation.min_interval_seconds
    )
    check_interval(interval, creation.min_interval_seconds)
    async with database.write() as session:
        await _write(session, request, creation, drawn, interval)
    if request.start:
        await tell_start(database, gateway, creation.strategy_id)
    async with database.read() as session:
        return await view_in(session, creation.user_id, creation.strategy_id, creation.source, creation.now)


async def _write(
    session: WriteSession, request: CreateStrategy, creation: Creation, drawn: DrawnGraph, interval: int
) -> None:
    now = creation.now
    strategy = Strategy(
        id=creation.strategy_id,
        user_id=creation.user_id,
        name=request.name,
        template_id=drawn.template_id,
        interval_seconds=interval,
        error_after=request.error_after,
        created_at=now,
        updated_at=now,
        last_activity_at=now,
    )
    if not await strategy_settings.insert_strategy(session, strategy, request.allocation):
        return
    await strategy_settings.add_version(
        session,
        creation.strategy_id,
        graph=drawn.graph,
        template_id=drawn.template_id,
        parameters=drawn.parameters,
        now=now,
    )
    await add_event(
        session,
        user_id=creation.user_id,
        strategy_id=creation.strategy_id,
        kind="strategy_created",
        message=f"Created “{request.name}”",
        data={"name": request.name},
    )
    if request.start:
        locked = await strategy_settings.lock_strategy(session, creation.user_id, creation.strategy_id)
        assert locked is not None, "written in this transaction"
        want_running(locked, now)
