"""Start, pause, resume and stop: first what the user wants into the books, then the word to the engine."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.parts import Source
from api.problem import not_found, unavailable
from api.strategies.read_strategy import view_in
from api.strategies.schemas import StrategyView
from api.strategies.want_state import want_paused, want_resumed, want_running, want_stopped
from api.tell_engine import Heard, tell, tell_start
from api.temporal_gateway import TemporalGateway
from db.models import Strategy
from db.repositories.ended_run import record_ended
from db.repositories.strategy_settings import lock_strategy
from db.session import Database, WriteSession


@dataclass(frozen=True)
class Command:
    """Who commands which strategy, when."""

    user_id: UUID
    strategy_id: UUID
    now: datetime
    source: Source
    first_time: Callable[[WriteSession], Awaitable[bool]]
    """Asked in the transaction of a Start or Stop, which would be refused the second time."""


async def start_strategy(database: Database, gateway: TemporalGateway, command: Command) -> StrategyView:
    """Raises ApiProblem 404, 409 already_running."""
    await _want(database, command, want_running, once=True)
    # Also when an attempt before this one was committed and died: nobody may have been told.
    await tell_start(database, gateway, command.strategy_id)
    return await _view(database, command)


async def pause_strategy(database: Database, gateway: TemporalGateway, command: Command) -> StrategyView:
    """Raises ApiProblem 404, 409 not_running."""
    await _want(database, command, want_paused)
    if await tell(gateway.pause(command.strategy_id), command.strategy_id) is Heard.MISSING:
        await tell_start(database, gateway, command.strategy_id)
    return await _view(database, command)


async def resume_strategy(database: Database, gateway: TemporalGateway, command: Command) -> StrategyView:
    """Raises ApiProblem 404, 409 not_running, and 503 when it is in error and the engine cannot be told."""
    before = await _want(database, command, want_resumed)
    heard = await tell(gateway.resume(command.strategy_id), command.strategy_id)
    if heard is Heard.MISSING:
        await tell_start(database, gateway, command.strategy_id)
    if heard is not Heard.YES and before.status == "error":
        # Nothing in the books says "leave the error", so nobody would tell the engine later.
        raise unavailable("The engine is restarting; resume again in a moment.")
    return await _view(database, command)


async def stop_strategy(database: Database, gateway: TemporalGateway, command: Command) -> StrategyView:
    """Raises ApiProblem 404, 409 already_stopped."""
    before = await _want(database, command, want_stopped, once=True)
    if before.wanted_now != "stopped":
        # Stopped by an attempt that died before it answered, and started again since.
        return await _view(database, command)
    heard = await tell(gateway.stop(command.strategy_id, before.run_seq), command.strategy_id)
    if heard is Heard.MISSING:
        async with database.write() as session:
            await record_ended(session, command.strategy_id, before.run_seq, command.now)
    return await _view(database, command)


@dataclass(frozen=True)
class Before:
    """Where a strategy stood before a command, and what is wanted of it now."""

    status: str
    run_seq: int
    wanted_now: str


async def _want(
    database: Database, command: Command, change: Callable[[Strategy, datetime], None], *, once: bool = False
) -> Before:
    """The row lock lets one of two Starts win and the other see it."""
    async with database.write() as session:
        strategy = await lock_strategy(session, command.user_id, command.strategy_id)
        if strategy is None:
            raise not_found("strategy")
        status, run_seq = strategy.status, strategy.run_seq
        if not once or await command.first_time(session):
            change(strategy, command.now)
        return Before(status, run_seq, strategy.desired_state)


async def _view(database: Database, command: Command) -> StrategyView:
    async with database.read() as session:
        return await view_in(session, command.user_id, command.strategy_id, command.source, command.now)
