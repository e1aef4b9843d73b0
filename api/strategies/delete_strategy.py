"""Deletes a strategy that is at rest, with all it recorded."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from api.problem import conflict, not_found
from db.repositories import strategy_settings
from db.repositories.accounts import lock_account, owner_of
from db.repositories.allocations import Transfer, return_all
from db.repositories.events import add_event
from db.session import Database
from domain.money import Usdc

AT_REST = ("draft", "stopped")


async def delete_strategy(database: Database, user_id: UUID, strategy_id: UUID, now: datetime) -> None:
    """Its free capital goes back to the account.

    Raises ApiProblem 404, 409 strategy_running while it runs, is stopping, or an order of it is under way, 409
    positions_open while it holds something.
    """
    async with database.write() as session:
        # The account before the strategy, as everybody does who locks both.
        owner = await owner_of(session, user_id, strategy_id)
        if owner is None:
            raise not_found("strategy")
        await lock_account(session, owner)
        transfer = Transfer(owner=owner, reference=uuid4(), amount=Usdc(Decimal(0)), now=now)
        strategy = await strategy_settings.lock_strategy(session, user_id, strategy_id)
        if strategy is None:
            raise not_found("strategy")
        if strategy.desired_state not in AT_REST:
            raise conflict("strategy_running", f"“{strategy.name}” is not stopped; stop it before deleting.")
        if strategy.status not in AT_REST:
            raise conflict("strategy_running", f"“{strategy.name}” is still stopping; try again in a moment.")
        if await strategy_settings.has_open_orders(session, strategy_id):
            raise conflict("strategy_running", f"An order of “{strategy.name}” is still under way.")
        if not await return_all(session, transfer, strategy_id):
            raise conflict(
                "positions_open",
                f"“{strategy.name}” holds positions; they must be closed before it is deleted.",
            )
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
