"""The account with all its allocations, and the ledger behind them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from api.allocations.schemas import AccountView, AllocationRowView, AllocationsView, LedgerMoveView, Mode
from api.page import Page, bad_cursor, decode_cursor, encode_cursor
from api.strategies.read_strategy import require_strategy
from db.models import Account
from db.repositories.accounts import Owner, open_account
from db.repositories.allocations import AllocationRow, list_allocations
from db.repositories.ledger_entries import BookedMove, list_moves
from db.session import Database, ReadSession
from domain.money import Usdc


def _row(row: AllocationRow) -> AllocationRowView:
    wallet = row.wallet
    return AllocationRowView(
        strategy_id=row.strategy.id,
        name=row.strategy.name,
        status=row.strategy.status,
        allocated=wallet.allocated_amount,
        available=wallet.available_amount,
        reserved=wallet.reserved_amount,
        deployed=wallet.deployed_amount,
        settling=wallet.settling_amount,
        shortfall=wallet.shortfall_amount,
        realised_pnl=wallet.realised_pnl,
        fees_paid=wallet.fees_paid,
    )


async def read_allocations(
    database: Database, user_id: UUID, mode: Mode, opening: Usdc, now: datetime
) -> AllocationsView:
    """A paper account that nobody used yet is opened by looking at it."""
    owner = Owner(user_id, mode)
    async with database.read() as session:
        known = await session.get(Account, tuple(owner)) is not None
    if not known and mode == "paper":
        async with database.write() as session:
            await open_account(session, owner, opening, now)
    async with database.read() as session:
        return await allocations_in(session, owner)


async def allocations_in(session: ReadSession, owner: Owner) -> AllocationsView:
    account = await session.get(Account, tuple(owner), populate_existing=True)
    cash = account.cash_amount if account is not None else Decimal(0)
    rows = await list_allocations(session, owner)
    items = [_row(row) for row in rows]
    allocated = sum((item.allocated for item in items), Decimal(0))
    gained = sum((item.realised_pnl for item in items), Decimal(0))
    mode: Mode = "live" if owner.mode == "live" else "paper"
    return AllocationsView(
        account=AccountView(mode=mode, cash=cash, allocated=allocated, capital=cash + allocated + gained),
        items=items,
    )


def _move(move: BookedMove) -> LedgerMoveView:
    credit, debit = move.credit, move.debit
    return LedgerMoveView(
        id=credit.id,
        kind=credit.kind,
        amount=credit.amount,
        from_account=credit.account,
        from_strategy_id=credit.strategy_id,
        to_account=debit.account,
        to_strategy_id=debit.strategy_id,
        reference_id=credit.reference_id,
        reason=credit.reason,
        mode="live" if credit.mode == "live" else "paper",
        created_at=credit.created_at,
    )


async def read_ledger(
    database: Database, user_id: UUID, strategy_id: UUID | None, *, limit: int, cursor: str | None
) -> Page[LedgerMoveView]:
    """Newest first. Raises ApiProblem 404 for a strategy that is not the user's."""
    key = decode_cursor(cursor, 1)
    if key is not None and not key[0].isdigit():
        raise bad_cursor()
    async with database.read() as session:
        if strategy_id is not None:
            await require_strategy(session, user_id, strategy_id)
        found = await list_moves(
            session,
            user_id,
            strategy_id=strategy_id,
            before=int(key[0]) if key is not None else None,
            limit=limit + 1,
        )
    shown = [_move(move) for move in found[:limit]]
    more = len(found) > limit
    return Page(items=shown, next_cursor=encode_cursor(shown[-1].id) if more else None)
