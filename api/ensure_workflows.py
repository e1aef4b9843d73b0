"""Starts every workflow that the books require and Temporal does not have: Postgres is enough to rebuild them all."""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog

from api.errors import database_away, statement_too_slow
from api.tell_engine import Heard, tell_published
from api.temporal_gateway import Running, TemporalGateway, TemporalUnavailable, WorkflowMissing
from contracts.order import OrderInput
from contracts.withdrawal import WithdrawalInput
from db.repositories.ended_run import record_ended
from db.repositories.strategy_start import (
    Guarding,
    Wanted,
    alive_strategies,
    last_run,
    open_orders,
    positions_to_guard,
    strategy_input,
    unended_strategies,
)
from db.repositories.untold import Untold, untold_strategies
from db.repositories.withdrawals import running_withdrawals, withdrawal_input
from db.session import Database
from domain.ids import strategy_workflow_id

EVERY = 60.0
SOON = 5.0
"""Pause after a round that could not reach Temporal or the database."""

REASON_MAX = 300

log = structlog.get_logger("api.ensure_workflows")


async def ensure_workflows(database: Database, gateway: TemporalGateway) -> int:
    """One idempotent round; how many strategies were started. Raises TemporalUnavailable when nothing answers at all,
    and whatever a database raises that is away.

    What fails for one strategy is left for the next round: it must not keep the others waiting.
    """
    async with database.read() as session:
        wanted = await alive_strategies(session)
        unended = await unended_strategies(session)
        orders = await open_orders(session)
        untold = await untold_strategies(session, datetime.now(UTC))
        withdrawing = await running_withdrawals(session)
        positions = await positions_to_guard(session, datetime.now(UTC))
    running = await gateway.running_strategies()
    await gateway.start_price_watches()
    started = 0
    for strategy in wanted:
        seen = running.pop(strategy_workflow_id(strategy.strategy_id), None)
        if seen is None or _is_older(seen, strategy):
            started += await _each(_start(database, gateway, strategy.strategy_id), strategy.strategy_id)
        elif not _obeys(seen, strategy):
            await _each(_remind(gateway, strategy.strategy_id, strategy.desired_state), strategy.strategy_id)
    for order_id, strategy_id in orders:
        await _each(_start_order(gateway, order_id, strategy_id), strategy_id)
    await _ensure_guards(gateway, positions)
    for withdrawal in withdrawing:
        await _each(_start_withdrawal(gateway, withdrawal_input(withdrawal)), withdrawal.strategy_id)
    for strategy_id, run_seq in unended:
        running.pop(strategy_workflow_id(strategy_id), None)
        await _each(_end(database, gateway, strategy_id, run_seq), strategy_id)
    for strategy_id in _strategies(running):
        await _each(_stop_unwanted(database, gateway, strategy_id), strategy_id)
    await _tell_again(database, gateway, untold)
    return started


def _strategies(workflow_ids: Iterable[str]) -> Iterator[UUID]:
    """What somebody started by hand under a name of their own is left alone."""
    for workflow_id in workflow_ids:
        try:
            yield UUID(workflow_id.removeprefix("strategy-"))
        except ValueError:
            log.info("not one of our workflows", workflow_id=workflow_id)


def _is_older(seen: Running, wanted: Wanted) -> bool:
    """A run that should have ended: neither its Stop nor the Start after it reached Temporal."""
    return seen.run_seq is not None and seen.run_seq < wanted.run_seq


def _obeys(seen: Running, wanted: Wanted) -> bool:
    """An error is somewhere a running strategy can be."""
    return seen.status == wanted.desired_state or (
        wanted.desired_state == "running" and seen.status == "error"
    )


async def _each(doing: Coroutine[None, None, int], strategy_id: UUID) -> int:
    try:
        return await doing
    except WorkflowMissing:
        log.info("workflow ended meanwhile", strategy_id=str(strategy_id))
    except Exception as error:
        if database_away(error) and not statement_too_slow(error):
            # It is away for all the others too.
            raise
        reason = f"{type(error).__name__}: {error}"[:REASON_MAX]
        log.warning("left for the next round", strategy_id=str(strategy_id), error=reason)
    return 0


async def _start(database: Database, gateway: TemporalGateway, strategy_id: UUID) -> int:
    async with database.read() as session:
        start = await strategy_input(session, strategy_id)
    if start is None:
        return 0
    await gateway.start_strategy(start)
    return 1


async def _remind(gateway: TemporalGateway, strategy_id: UUID, desired: str) -> int:
    """A pause or resume that Temporal never heard of; harmless when it has."""
    await (gateway.pause(strategy_id) if desired == "paused" else gateway.resume(strategy_id))
    return 0


async def _tell_again(database: Database, gateway: TemporalGateway, untold: Sequence[Untold]) -> None:
    """Last of a round: an update waits for a worker, and nothing else should wait with it."""

    async def unreachable(each: Untold) -> int:
        return int(await tell_published(database, gateway, each) is Heard.UNREACHABLE)

    for each in untold:
        if await _each(unreachable(each), each.strategy_id):
            return


async def _start_order(gateway: TemporalGateway, order_id: UUID, strategy_id: UUID) -> int:
    await gateway.start_order(OrderInput(order_id=order_id, strategy_id=strategy_id))
    return 0


async def _ensure_guards(gateway: TemporalGateway, positions: Sequence[Guarding]) -> None:
    """Every open position has its guard; those that seem not to have heard are woken, and those with nothing to guard."""
    guards = await gateway.running_guards()
    for position in positions:
        if position.asked or position.position_id not in guards:
            await _each(
                _wake_guard(gateway, position.position_id, position.strategy_id), position.strategy_id
            )
    for position_id in sorted(guards - {position.position_id for position in positions}):
        await _each(_wake_guard(gateway, position_id, None), position_id)


async def _wake_guard(gateway: TemporalGateway, position_id: UUID, strategy_id: UUID | None) -> int:
    await gateway.wake_guard(position_id, strategy_id)
    return 0


async def _start_withdrawal(gateway: TemporalGateway, withdrawal: WithdrawalInput) -> int:
    await gateway.start_withdrawal(withdrawal)
    return 0


async def _stop_unwanted(database: Database, gateway: TemporalGateway, strategy_id: UUID) -> int:
    """Ends the run that the books know as over; one that was started meanwhile has a higher number and goes on."""
    async with database.read() as session:
        over = await last_run(session, strategy_id)
    if over is not None:
        await gateway.stop(strategy_id, over)
    return 0


async def _end(database: Database, gateway: TemporalGateway, strategy_id: UUID, run_seq: int) -> int:
    """Stops a run that was not told, or writes down that it is over when there is nobody left to tell."""
    try:
        await gateway.stop(strategy_id, run_seq)
    except WorkflowMissing:
        async with database.write() as session:
            await record_ended(session, strategy_id, run_seq, datetime.now(UTC))
    return 0


async def keep_ensuring(database: Database, gateway: TemporalGateway) -> None:
    """Rounds forever: at once, then every minute, sooner after a round that failed."""
    while True:
        pause = EVERY
        began = asyncio.get_running_loop().time()
        try:
            started = await ensure_workflows(database, gateway)
            if started:
                log.info("workflows started", count=started)
        except TemporalUnavailable as error:
            log.warning("Temporal is not reachable", error=str(error))
            pause = SOON
        except Exception as error:
            # The round that keeps strategies alive must itself survive everything; the next one tries again.
            log.warning("a round failed", error=f"{type(error).__name__}: {error}"[:REASON_MAX])
            pause = SOON
        spent = asyncio.get_running_loop().time() - began
        await asyncio.sleep(max(1.0, pause - spent))
