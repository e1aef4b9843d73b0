"""Carries Stops and halts to their end, however often the API dies in between: what is left is asked to end again."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from activities.winding_down import wind_down
from api.tell_engine import Heard, tell, tell_guards, tell_orders
from api.temporal_gateway import TemporalGateway
from api.trading_state.end_forbidden import end_forbidden
from db.repositories.trading_states import restrained_users
from db.repositories.wind_down import winding_down
from db.repositories.withdrawals import running_of
from db.session import Database

EVERY = 5.0

log = structlog.get_logger("api.wind_down_strategies")


async def wind_down_strategy(
    database: Database, gateway: TemporalGateway, strategy_id: UUID, now: datetime
) -> bool:
    """One look at a stopped strategy; True when nothing is left that its Stop has to end."""
    asked = await wind_down(database, strategy_id, now)
    heard = await tell_orders(gateway, strategy_id, asked.orders)
    if heard is not Heard.UNREACHABLE:
        await tell_guards(gateway, strategy_id, asked.positions)
    if asked.done:
        async with database.read() as session:
            withdrawal = await running_of(session, strategy_id)
        if withdrawal is not None:
            await tell(gateway.withdrawal_changed(withdrawal.id), strategy_id)
    return asked.done


async def wind_down_strategies(database: Database, gateway: TemporalGateway, now: datetime) -> int:
    """One round over everything stopped, halted or reducing; how many strategies came to their end.

    What fails for one is left for the next round.
    """
    async with database.read() as session:
        strategies = await winding_down(session)
        users = await restrained_users(session)
    done = 0
    for strategy in strategies:
        try:
            done += await wind_down_strategy(database, gateway, strategy.strategy_id, now)
        except Exception as error:
            log.warning("not_wound_down", strategy_id=str(strategy.strategy_id), error=_short(error))
    for user_id in users:
        try:
            await end_forbidden(database, gateway, user_id, now)
        except Exception as error:
            log.warning("halt_not_carried_out", user_id=str(user_id), error=_short(error))
    return done


async def keep_winding_down(
    database: Database, gateway: TemporalGateway, now: Callable[[], datetime]
) -> None:
    """Rounds forever; one that fails is made up for by the next."""
    while True:
        try:
            await wind_down_strategies(database, gateway, now())
        except Exception as error:
            log.warning("a round failed", error=_short(error))
        await asyncio.sleep(EVERY)


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
