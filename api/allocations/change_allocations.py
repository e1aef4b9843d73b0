"""Moving capital: one transaction under the locks of the account and of the strategies it is about."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from api.allocations.not_enough import not_enough
from api.allocations.read_allocations import allocations_in
from api.allocations.schemas import AllocationsView, ChangeAllocation, Rebalance
from api.problem import conflict, not_found
from db.repositories import allocations
from db.repositories.accounts import Owner, owner_of
from db.repositories.allocations import NotEnough, Transfer
from db.repositories.events import add_event
from db.session import Database, WriteSession
from domain.money import Usdc, plain


@dataclass(frozen=True)
class Moving:
    """Who moves, under which reference, when. The same reference again changes nothing."""

    user_id: UUID
    reference: UUID
    now: datetime


async def change_allocation(
    database: Database, moving: Moving, strategy_id: UUID, request: ChangeAllocation
) -> AllocationsView:
    """Raises ApiProblem 404, 409 insufficient_funds."""
    async with database.write() as session:
        transfer = await _transfer(session, moving, strategy_id, Usdc(request.amount))
        if request.direction == "give":
            refused = await allocations.give(session, transfer, strategy_id)
            whose, word = "Your account", "given to the strategy"
        else:
            refused = await allocations.take_back(session, transfer, strategy_id)
            whose, word = "The strategy", "taken back"
        await _tell(session, moving, refused, whose, request.amount, ((strategy_id, word),))
    return await _view(database, transfer.owner)


async def rebalance(database: Database, moving: Moving, request: Rebalance) -> AllocationsView:
    """Raises ApiProblem 404, 409 insufficient_funds."""
    giver, taker = request.from_strategy_id, request.to_strategy_id
    async with database.write() as session:
        transfer = await _transfer(session, moving, giver, Usdc(request.amount))
        if await owner_of(session, moving.user_id, taker) is None:
            raise not_found("strategy")
        try:
            refused = await allocations.rebalance(session, transfer, giver, taker)
        except allocations.NoSuchStrategy:
            raise conflict("insufficient_funds", "Paper and live money never meet.") from None
        told = ((giver, "moved to another strategy"), (taker, "moved here from another strategy"))
        await _tell(session, moving, refused, "The strategy", request.amount, told)
    return await _view(database, transfer.owner)


async def _transfer(session: WriteSession, moving: Moving, strategy_id: UUID, amount: Usdc) -> Transfer:
    owner = await owner_of(session, moving.user_id, strategy_id)
    if owner is None:
        raise not_found("strategy")
    return Transfer(owner=owner, reference=moving.reference, amount=amount, now=moving.now)


async def _tell(
    session: WriteSession,
    moving: Moving,
    refused: NotEnough | None,
    whose: str,
    amount: Decimal,
    told: tuple[tuple[UUID, str], ...],
) -> None:
    if refused is not None:
        raise not_enough(refused, amount, whose)
    for strategy_id, word in told:
        await add_event(
            session,
            user_id=moving.user_id,
            strategy_id=strategy_id,
            kind="allocation_changed",
            message=f"{plain(amount)} USDC {word}",
            data={"amount": plain(amount), "reference_id": str(moving.reference)},
        )


async def _view(database: Database, owner: Owner) -> AllocationsView:
    async with database.read() as session:
        return await allocations_in(session, owner)
