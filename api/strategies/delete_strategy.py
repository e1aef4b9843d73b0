"""Deletes a strategy that is at rest, with all it recorded."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from api.problem import ApiProblem, conflict, not_found
from db.models import Strategy
from db.repositories import strategy_settings
from db.repositories.accounts import lock_account, owner_of
from db.repositories.allocations import Transfer, can_return_all, return_all
from db.repositories.events import add_event
from db.repositories.strategy_history import PARTS, Place, delete_piece
from db.repositories.withdrawals import withdraws
from db.session import Database, WriteSession
from domain.money import Usdc

AT_REST = ("draft", "stopped")
BATCH = 2_000
"""Rows per transaction: a history of millions is more than one statement may take the time for."""


async def delete_strategy(database: Database, user_id: UUID, strategy_id: UUID, now: datetime) -> None:
    """Its free capital goes back to the account.

    The history goes first, in pieces, and the strategy last: what was interrupted is gone on with by asking again.
    Started in between, the strategy stays, with what is left of its history.

    Raises ApiProblem 404, 409 strategy_running while it runs, is stopping, or an order of it is under way, 409
    withdrawing while a withdrawal is on, 409 positions_open while it holds something.
    """
    async with database.write() as session:
        transfer = await _lock_account(session, user_id, strategy_id, now)
        strategy = await _lock_at_rest(session, user_id, strategy_id)
        if not await can_return_all(session, transfer, strategy_id):
            raise _holding(strategy)
    for part in PARTS:
        await _delete_history(database, user_id, strategy_id, part)
    async with database.write() as session:
        transfer = await _lock_account(session, user_id, strategy_id, now)
        strategy = await _lock_at_rest(session, user_id, strategy_id)
        if not await return_all(session, transfer, strategy_id):
            raise _holding(strategy)
        name = strategy.name
        session.expunge(strategy)
        await strategy_settings.delete_strategy(session, strategy_id)
        await add_event(
            session,
            user_id=user_id,
            strategy_id=None,
            kind="strategy_deleted",
            message=f"Deleted “{name}”",
            data={"strategy_id": str(strategy_id)},
            timeline=False,
        )


async def _lock_account(session: WriteSession, user_id: UUID, strategy_id: UUID, now: datetime) -> Transfer:
    """The account before the strategy, as everybody does who locks both."""
    owner = await owner_of(session, user_id, strategy_id)
    if owner is None:
        raise not_found("strategy")
    await lock_account(session, owner)
    return Transfer(owner=owner, reference=uuid4(), amount=Usdc(Decimal(0)), now=now)


async def _lock_at_rest(session: WriteSession, user_id: UUID, strategy_id: UUID) -> Strategy:
    strategy = await strategy_settings.lock_strategy(session, user_id, strategy_id)
    if strategy is None:
        raise not_found("strategy")
    if strategy.desired_state not in AT_REST:
        raise conflict("strategy_running", f"“{strategy.name}” is not stopped; stop it before deleting.")
    if strategy.status not in AT_REST:
        raise conflict("strategy_running", f"“{strategy.name}” is still stopping; try again in a moment.")
    if await withdraws(session, strategy_id):
        raise conflict("withdrawing", f"The capital of “{strategy.name}” is being withdrawn.")
    if await strategy_settings.has_open_orders(session, strategy_id):
        message = f"An order of “{strategy.name}” is still under way; cancel it, or wait for its end."
        raise conflict("strategy_running", message)
    return strategy


async def _delete_history(database: Database, user_id: UUID, strategy_id: UUID, part: str) -> None:
    since: Place | None = None
    while True:
        async with database.write() as session:
            await _lock_at_rest(session, user_id, strategy_id)
            since = await delete_piece(session, part, strategy_id, since, BATCH)
        if since is None:
            return


def _holding(strategy: Strategy) -> ApiProblem:
    message = f"“{strategy.name}” holds positions; close them, or withdraw its capital, before deleting it."
    return conflict("positions_open", message)
