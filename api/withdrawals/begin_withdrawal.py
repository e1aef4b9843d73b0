"""A withdrawal begins: strategy and withdrawal in one transaction, then the word to the engine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api.problem import conflict, not_found
from api.strategies.command_strategy import tell_stop
from api.tell_engine import tell
from api.temporal_gateway import TemporalGateway
from api.withdrawals.read_withdrawals import read_withdrawal
from api.withdrawals.schemas import WithdrawalView
from db.repositories import withdrawals
from db.repositories.strategy_settings import lock_strategy
from db.repositories.wind_down import AT_REST
from db.session import Database


@dataclass(frozen=True)
class Beginning:
    """Who withdraws from which strategy. The same `withdrawal_id` again finds what the first attempt began."""

    user_id: UUID
    strategy_id: UUID
    withdrawal_id: UUID
    give_up_after_hours: int
    now: datetime


async def begin_withdrawal(
    database: Database, gateway: TemporalGateway, beginning: Beginning
) -> WithdrawalView:
    """Raises ApiProblem 404, 409 withdrawing when one is on already."""
    give_up_at = beginning.now + timedelta(hours=beginning.give_up_after_hours)
    async with database.write() as session:
        strategy = await lock_strategy(session, beginning.user_id, beginning.strategy_id)
        if strategy is None:
            raise not_found("strategy")
        status, run_seq = strategy.status, strategy.run_seq
        row = await withdrawals.find_withdrawal(session, beginning.user_id, beginning.withdrawal_id)
        if row is None:
            if await withdrawals.withdraws(session, strategy.id):
                raise conflict("withdrawing", f"The capital of “{strategy.name}” is being withdrawn already.")
            row = await withdrawals.begin_withdrawal(
                session, strategy, beginning.withdrawal_id, give_up_at, beginning.now
            )
        start = withdrawals.withdrawal_input(row)
        over = row.finished_at is not None
    if not over:
        if status not in AT_REST:
            await tell_stop(database, gateway, beginning.strategy_id, run_seq, beginning.now)
        await tell(gateway.start_withdrawal(start), beginning.strategy_id)
    return await read_withdrawal(database, beginning.user_id, beginning.withdrawal_id)
