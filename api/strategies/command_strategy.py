"""Start, pause, resume and stop: first what the user wants into the books, then the word to the engine."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from activities.winding_down import wind_down
from api.parts import Source
from api.problem import not_found, unavailable
from api.strategies.read_strategy import view_in
from api.strategies.schemas import StrategyView
from api.strategies.want_state import StopChoice, want_paused, want_resumed, want_running, want_stopped
from api.tell_engine import Heard, tell, tell_guards, tell_start
from api.temporal_gateway import TemporalGateway
from api.wind_down_strategies import wind_down_strategy
from db.models import Strategy
from db.repositories.ended_run import record_ended
from db.repositories.strategy_settings import lock_strategy
from db.repositories.wind_down import AT_REST, stop_selling
from db.repositories.withdrawals import withdraws
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
    """Raises ApiProblem 404, 409 already_running, winding_down, withdrawing."""

    def change(strategy: Strategy, withdrawing: bool) -> None:
        want_running(strategy, command.now, withdrawing=withdrawing)

    await _want(database, command, change, once=True)
    # Also when an attempt before this one was committed and died: nobody may have been told.
    await tell_start(database, gateway, command.strategy_id)
    return await _view(database, command)


async def pause_strategy(database: Database, gateway: TemporalGateway, command: Command) -> StrategyView:
    """Raises ApiProblem 404, 409 not_running."""
    await _want(database, command, lambda strategy, _: want_paused(strategy, command.now))
    if await tell(gateway.pause(command.strategy_id), command.strategy_id) is Heard.MISSING:
        await tell_start(database, gateway, command.strategy_id)
    return await _view(database, command)


async def resume_strategy(database: Database, gateway: TemporalGateway, command: Command) -> StrategyView:
    """Raises ApiProblem 404, 409 not_running, and 503 when it is in error and the engine cannot be told."""
    before = await _want(database, command, lambda strategy, _: want_resumed(strategy, command.now))
    heard = await tell(gateway.resume(command.strategy_id), command.strategy_id)
    if heard is Heard.MISSING:
        await tell_start(database, gateway, command.strategy_id)
    if heard is not Heard.YES and before.status == "error":
        # Nothing in the books says "leave the error", so nobody would tell the engine later.
        raise unavailable("The engine is restarting; resume again in a moment.")
    return await _view(database, command)


async def stop_strategy(
    database: Database, gateway: TemporalGateway, command: Command, choice: StopChoice | None = None
) -> StrategyView:
    """What the choice demands of orders and positions is asked at once, and by rounds until it is done.

    Raises ApiProblem 404, 409 already_stopped, withdrawing.
    """

    def change(strategy: Strategy, withdrawing: bool) -> None:
        want_stopped(strategy, command.now, choice, withdrawing=withdrawing)

    before = await _want(database, command, change, once=True)
    if before.wanted_now != "stopped":
        # Stopped by an attempt that died before it answered, and started again since.
        return await _view(database, command)
    heard = Heard.YES
    if before.status not in AT_REST:
        heard = await tell_stop(database, gateway, command.strategy_id, before.run_seq, command.now)
    if heard is Heard.UNREACHABLE:
        # The others are told by rounds, or look by themselves: nobody waits for them here.
        await wind_down(database, command.strategy_id, command.now)
    else:
        await tell_guards(gateway, command.strategy_id, before.let_go)
        await wind_down_strategy(database, gateway, command.strategy_id, command.now)
    return await _view(database, command)


async def tell_stop(
    database: Database, gateway: TemporalGateway, strategy_id: UUID, run_seq: int, now: datetime
) -> Heard:
    """Ends the run, or writes down that it is over when there is nobody to tell."""
    heard = await tell(gateway.stop(strategy_id, run_seq), strategy_id)
    if heard is Heard.MISSING:
        async with database.write() as session:
            await record_ended(session, strategy_id, run_seq, now)
    return heard


@dataclass(frozen=True)
class Before:
    """Where a strategy stood before a command, and what is wanted of it now."""

    status: str
    run_seq: int
    wanted_now: str
    let_go: tuple[UUID, ...]
    """Positions that are not sold any more."""


async def _want(
    database: Database, command: Command, change: Callable[[Strategy, bool], None], *, once: bool = False
) -> Before:
    """The row lock lets one of two Starts win and the other see it. `change` is told whether a withdrawal is on."""
    async with database.write() as session:
        strategy = await lock_strategy(session, command.user_id, command.strategy_id)
        if strategy is None:
            raise not_found("strategy")
        status, run_seq, sold = strategy.status, strategy.run_seq, strategy.stop_choice == "flatten"
        let_go: list[UUID] = []
        if not once or await command.first_time(session):
            change(strategy, await withdraws(session, strategy.id))
            if sold and strategy.stop_choice != "flatten":
                let_go = await stop_selling(session, strategy, "not wanted any more", command.now)
        return Before(status, run_seq, strategy.desired_state, tuple(let_go))


async def _view(database: Database, command: Command) -> StrategyView:
    async with database.read() as session:
        return await view_in(session, command.user_id, command.strategy_id, command.source, command.now)
