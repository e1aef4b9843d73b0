"""Creates a strategy from a template or a graph, and starts it when asked to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from api.allocations.not_enough import not_enough
from api.parts import Source
from api.strategies.drawn_graph import DrawnGraph
from api.strategies.read_strategy import view_in
from api.strategies.runnable_graph import graph_to_run
from api.strategies.schemas import CreateStrategy, StrategyView
from api.strategies.version_settings import changed_settings, check_settings
from api.strategies.want_state import want_running
from api.tell_engine import tell_start
from api.temporal_gateway import TemporalGateway
from db.models import Strategy
from db.repositories import strategy_settings
from db.repositories.accounts import PAPER_OPENING, Owner, open_account
from db.repositories.allocations import Transfer, give
from db.repositories.events import add_event
from db.session import Database, WriteSession
from domain.money import Usdc
from domain.strategy.settings import INTERVAL_DEFAULT_SECONDS, StrategySettings
from formulas.engine import FormulaEngine


@dataclass(frozen=True)
class Creation:
    """Who creates, under which id, when; `min_interval_seconds` is the operator's limit, `formulas` reads formulas."""

    user_id: UUID
    strategy_id: UUID
    now: datetime
    source: Source
    min_interval_seconds: int
    formulas: FormulaEngine | None = None
    paper_balance: Usdc = PAPER_OPENING
    """What the user's paper account begins with, when this is the first strategy."""


@dataclass(frozen=True)
class NewStrategy:
    """All of it checked, except the settings against what this operator allows."""

    name: str
    allocation: Decimal
    drawn: DrawnGraph
    settings: StrategySettings
    start: bool = False


async def create_strategy(
    database: Database, gateway: TemporalGateway, request: CreateStrategy, creation: Creation
) -> StrategyView:
    """A request repeated under the same id answers what it made the first time."""
    drawn = await graph_to_run(request.template, request.graph, creation.formulas)
    assert drawn is not None, "a template or a graph: checked when it was read"
    suggested = max(drawn.interval_seconds or INTERVAL_DEFAULT_SECONDS, creation.min_interval_seconds)
    settings = changed_settings(
        StrategySettings(interval_seconds=suggested, watchlist=drawn.watchlist),
        request.settings,
        request.interval_seconds,
        request.error_after,
    )
    new = NewStrategy(request.name, request.allocation, drawn, settings, start=request.start)
    return await write_strategy(database, gateway, new, creation)


async def write_strategy(
    database: Database, gateway: TemporalGateway, new: NewStrategy, creation: Creation
) -> StrategyView:
    """Raises ApiProblem 422 for settings that cannot be published, 409 for more money than the account has."""
    check_settings(new.settings, creation.min_interval_seconds, creation.strategy_id, creation.now)
    async with database.write() as session:
        await _write(session, new, creation)
    if new.start:
        await tell_start(database, gateway, creation.strategy_id)
    async with database.read() as session:
        return await view_in(session, creation.user_id, creation.strategy_id, creation.source, creation.now)


async def _fund(session: WriteSession, new: NewStrategy, creation: Creation) -> None:
    owner = Owner(creation.user_id, "paper")
    await open_account(session, owner, creation.paper_balance, creation.now)
    given = Transfer(
        owner=owner, reference=creation.strategy_id, amount=Usdc(new.allocation), now=creation.now
    )
    refused = await give(session, given, creation.strategy_id)
    if refused is not None:
        raise not_enough(refused, new.allocation, "Your paper account")


async def _write(session: WriteSession, new: NewStrategy, creation: Creation) -> None:
    now, drawn = creation.now, new.drawn
    strategy = Strategy(
        id=creation.strategy_id,
        user_id=creation.user_id,
        name=new.name,
        template_id=drawn.template_id,
        interval_seconds=new.settings.interval_seconds,
        error_after=new.settings.error_policy.error_after,
        created_at=now,
        updated_at=now,
        last_activity_at=now,
    )
    if not await strategy_settings.insert_strategy(session, strategy):
        return
    await _fund(session, new, creation)
    version = await strategy_settings.add_version(
        session,
        creation.strategy_id,
        graph=drawn.graph,
        settings=new.settings,
        template_id=drawn.template_id,
        parameters=drawn.parameters,
        now=now,
    )
    await strategy_settings.publish_version(session, version, new.settings, now)
    await add_event(
        session,
        user_id=creation.user_id,
        strategy_id=creation.strategy_id,
        kind="strategy_created",
        message=f"Created “{new.name}”",
        data={"name": new.name},
    )
    if new.start:
        locked = await strategy_settings.lock_strategy(session, creation.user_id, creation.strategy_id)
        assert locked is not None, "written in this transaction"
        want_running(locked, now)
