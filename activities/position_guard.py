"""The guard of a position decides what is sold next: one order at a time, the most urgent wish first."""

from collections.abc import Callable
from datetime import datetime

import structlog
from temporalio import activity

from activities.exit_bids import look_for_bids
from activities.exit_step import ExitStep
from activities.failures import heartbeats, translated_failures
from contracts.exit import GuardInput, NextExit
from db.repositories.exit_orders import OrdersChanged, lock_guarded, write_off_rest
from db.repositories.trading_states import read_state, standing_of
from db.session import Database
from domain.risk.trading_state import allows
from exchange.ports import MarketData

log = structlog.get_logger("activities.position_guard")

LOOKS = 5


class PositionGuard:
    def __init__(self, database: Database, markets: MarketData, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._markets = markets
        self._clock = clock

    @activity.defn(name="next_exit")
    async def next_exit(self, guard: GuardInput) -> NextExit:
        """Writes down what the last try sold, then plans the next sell order, if one is wanted and possible now.

        A repeated call finds the order that the first one planned.
        """
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(guard.strategy_id), position_id=str(guard.position_id)
        ):
            async with translated_failures(), heartbeats():
                for look in range(LOOKS):
                    try:
                        return await self._next(guard)
                    except OrdersChanged:
                        if look == LOOKS - 1:
                            raise
        raise AssertionError("the last look raises")

    async def _next(self, guard: GuardInput) -> NextExit:
        seen = await look_for_bids(self._database, self._markets, guard.position_id, self._clock())
        now = self._clock()
        async with self._database.write() as session:
            guarded = await lock_guarded(session, guard.position_id)
            if guarded is None:
                return NextExit(over=True, reason="the position is gone")
            state = await read_state(session, guarded.position.user_id)
            standing = standing_of(state) if state is not None else None
            step = ExitStep(
                session=session,
                guarded=guarded,
                seen=seen,
                may_sell=standing is None or allows(standing.state, "SELL", standing.exits),
                now=now,
            )
            answer = await step.take()
            dust = step.leaves_dust and answer.order_id is None
        if dust:
            async with self._database.write() as session:
                written_off = await write_off_rest(session, guard.position_id, now)
            if written_off:
                raise OrdersChanged("what was too little to sell is written off: the position is closed")
        log.info("exit looked for", order_id=answer.order_id and str(answer.order_id), reason=answer.reason)
        return answer
