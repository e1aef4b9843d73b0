"""One look of a withdrawal: everything is asked to end, what is free goes back, and it ends when nothing is left."""

from collections.abc import Callable
from datetime import datetime

import structlog
from temporalio import activity

from activities.failures import heartbeats, translated_failures
from activities.winding_down import wind_down
from contracts.withdrawal import WithdrawalInput, WithdrawalLook
from db.repositories.withdrawals import advance
from db.session import Database

log = structlog.get_logger("activities.withdrawal")


class WithdrawalActivities:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @activity.defn(name="look_at_withdrawal")
    async def look_at_withdrawal(self, request: WithdrawalInput) -> WithdrawalLook:
        """May be repeated: what went back once does not go back again."""
        with structlog.contextvars.bound_contextvars(
            strategy_id=str(request.strategy_id), withdrawal_id=str(request.withdrawal_id)
        ):
            async with translated_failures(), heartbeats():
                return await self._look(request)

    async def _look(self, request: WithdrawalInput) -> WithdrawalLook:
        now = self._clock()
        asked = await wind_down(self._database, request.strategy_id, now)
        async with self._database.write() as session:
            withdrawal, let_go = await advance(session, request.withdrawal_id, now)
        over = withdrawal is None or withdrawal.finished_at is not None
        if over and withdrawal is not None:
            log.info("withdrawal over", status=withdrawal.status)
        return WithdrawalLook(over=over, order_ids=asked.orders, position_ids=(*asked.positions, *let_go))
