"""Withdrawals of a user, one or many."""

from uuid import UUID

from api.page import Page
from api.page_by_time import after_time, time_cursor
from api.problem import not_found
from api.strategies.read_strategy import require_strategy
from api.withdrawals.schemas import WithdrawalProgress, WithdrawalView
from db.models import Withdrawal
from db.repositories import withdrawals
from db.session import Database


def view_of(row: Withdrawal) -> WithdrawalView:
    return WithdrawalView.model_validate(
        {
            "id": row.id,
            "strategy_id": row.strategy_id,
            "mode": row.mode,
            "status": row.status,
            "give_up_at": row.give_up_at,
            "returned_amount": row.returned_amount,
            "progress": WithdrawalProgress.model_validate(row.progress),
            "reasons": row.reasons,
            "requested_at": row.requested_at,
            "updated_at": row.updated_at,
            "finished_at": row.finished_at,
        }
    )


async def read_withdrawal(database: Database, user_id: UUID, withdrawal_id: UUID) -> WithdrawalView:
    """Raises ApiProblem 404."""
    async with database.read() as session:
        row = await withdrawals.find_withdrawal(session, user_id, withdrawal_id)
    if row is None:
        raise not_found("withdrawal")
    return view_of(row)


async def list_withdrawals(
    database: Database, user_id: UUID, strategy_id: UUID | None, *, limit: int, cursor: str | None
) -> Page[WithdrawalView]:
    """Newest first. Raises ApiProblem 404 for a strategy of somebody else."""
    after = after_time(cursor)
    async with database.read() as session:
        if strategy_id is not None:
            await require_strategy(session, user_id, strategy_id)
        rows = await withdrawals.list_withdrawals(session, user_id, strategy_id, after=after, limit=limit + 1)
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[view_of(row) for row in shown],
        next_cursor=time_cursor(shown[-1].requested_at, shown[-1].id) if more else None,
    )
