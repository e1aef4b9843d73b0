"""A withdrawal is cancelled: in the books at once, whatever its workflow is doing."""

from datetime import datetime
from uuid import UUID

from api.problem import not_found
from api.tell_engine import tell, tell_guards
from api.temporal_gateway import TemporalGateway
from api.withdrawals.read_withdrawals import view_of
from api.withdrawals.schemas import WithdrawalView
from db.repositories import withdrawals
from db.session import Database


async def cancel_withdrawal(
    database: Database, gateway: TemporalGateway, user_id: UUID, withdrawal_id: UUID, now: datetime
) -> WithdrawalView:
    """What is free goes back first. Raises ApiProblem 404."""
    async with database.write() as session:
        if await withdrawals.find_withdrawal(session, user_id, withdrawal_id) is None:
            raise not_found("withdrawal")
        row, let_go = await withdrawals.advance(session, withdrawal_id, now, cancelled=True)
        if row is None:
            raise not_found("withdrawal")
        view = view_of(row)
    await tell(gateway.withdrawal_changed(withdrawal_id), view.strategy_id)
    await tell_guards(gateway, view.strategy_id, let_go)
    return view
